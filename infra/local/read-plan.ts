/** What has to run for an assembly, where its APIs will listen, and what its policies grant. */
import { type CloudAssembly, readCloudAssembly } from './engine/assembly/cloud-assembly.ts';
import { type Plan, planOf } from './engine/boot/plan.ts';
import { freePort } from './engine/loopback.ts';
import { apiIdsOf } from './services/api-gateway/http-api.resource.ts';
import type { GrantedRights } from './services/iam/granted-rights.ts';
import { checkedRights } from './services/iam/rights-faults.ts';
import { resourceKinds, resourceKindsWithoutRights } from './services/registry.ts';

export type ReadPlan = Plan & {
  readonly assembly: CloudAssembly;
  /** By the id of the API. */
  readonly ports: ReadonlyMap<string, number>;
  /** Undefined where rights are not checked. */
  readonly granted: GrantedRights | undefined;
};

/** Nothing is started for it. Throws `AssemblyFaults` with every fault of the templates, and if there is none with every right that is missing. */
export async function readPlan(
  source: string | (() => Promise<string>),
  { port, sqsUrl, iam }: { readonly port: number; readonly sqsUrl: string; readonly iam: boolean },
): Promise<ReadPlan> {
  const assembly = readCloudAssembly(typeof source === 'string' ? source : await source());
  const ports = new Map<string, number>();
  for (const id of apiIdsOf(assembly)) ports.set(id, ports.size === 0 ? port : await freePort(0, 'PORT'));
  const api = (apiId: string) => `http://127.0.0.1:${ports.get(apiId)}`;
  const plan = planOf(assembly, { sqs: sqsUrl, api }, iam ? resourceKinds : resourceKindsWithoutRights);
  return { ...plan, assembly, ports, granted: iam ? checkedRights(plan.parts) : undefined };
}
