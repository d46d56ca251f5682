/** What has to run for an assembly, where its APIs and function URLs will listen, and what its policies grant. */
import { type CloudAssembly, readCloudAssembly } from './engine/assembly/cloud-assembly.ts';
import { joined, withParameters } from './engine/assembly/several-assemblies.ts';
import { leftOut } from './engine/boot/left-out.ts';
import { type Plan, planOf } from './engine/boot/plan.ts';
import { type FixedPort, fixedPorts } from './engine/fixed-ports.ts';
import { readValues } from './engine/terminal/values-file.ts';
import { givenKeySets, type RsaKeySet } from './services/api-gateway/authorizer/rsa-key-set.ts';
import { httpApisOf } from './services/api-gateway/start-http-apis.ts';
import { withLocalAddresses } from './services/deployed-addresses.ts';
import type { GrantedRights } from './services/iam/granted-rights.ts';
import { checkedRights } from './services/iam/rights-faults.ts';
import { functionUrlsOf } from './services/lambda/function-url/start-function-urls.ts';
import { resourceKinds, resourceKindsWithoutRights } from './services/registry.ts';

/** What is read, and how. */
export type AssemblyOptions = {
  /** Folder of the cloud assembly, or several that run as one, or what makes one; that runs while DynamoDB Local starts. */
  readonly assembly: string | readonly string[] | (() => Promise<string>);
  /** Of HTTP APIs and function URLs by name, in capitals and with `_` for what is no letter or digit. */
  readonly apiPorts?: Readonly<Record<string, number>>;
  /** Values of the templates' parameters, by `<name>` or `<stack>.<name>`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** File with the values of SSM parameters and secrets and the keys of issuers; without it the one beside the assembly, if there is one. */
  readonly valuesFile?: string;
  /** Types whose resources are left out; a `*` at the end stands for all that begin so. */
  readonly without?: readonly string[];
  /** Whether functions may do only what the templates allow their roles; true unless it is said otherwise. */
  readonly iam?: boolean;
};

export type ReadPlan = Plan & {
  readonly assembly: CloudAssembly;
  /** Of HTTP APIs and function URLs, by their ids. */
  readonly ports: ReadonlyMap<string, FixedPort>;
  /** Keys of issuers of tokens, from the file. */
  readonly keySets: { readonly given: ReadonlyMap<string, RsaKeySet>; readonly file: string };
  /** What is left out on request, in lines for a person. */
  readonly leftOut: readonly string[];
  /** Undefined where rights are not checked. */
  readonly granted: GrantedRights | undefined;
};

/** Nothing is started for it. Throws `AssemblyFaults` with every fault of the templates, and if there is none with every right that is missing. */
export async function readPlan(
  { assembly: source, apiPorts: named, parameters = {}, valuesFile, without = [], iam = true }: AssemblyOptions,
  port: number,
  { sqs, eventBridge }: { readonly sqs: string; readonly eventBridge: string },
): Promise<ReadPlan> {
  const folders = typeof source === 'function' ? [await source()] : [source].flat();
  const whole = withParameters(joined(folders.map(readCloudAssembly)), parameters);
  const { assembly, kinds, lines } = leftOut(iam ? resourceKinds : resourceKindsWithoutRights, whole, without);
  const given = readValues(valuesFile, folders);
  const keySets = { given: givenKeySets(given.keySets), file: given.file };
  const listeners = [...httpApisOf(assembly), ...functionUrlsOf(assembly)];
  const ports = await fixedPorts(listeners, { first: port, named, taken: [Number(new URL(eventBridge).port)] });
  const addresses = new Map([...ports].map(([id, { port }]) => [id, `http://127.0.0.1:${port}`]));
  const listening = (id: string) => addresses.get(id) ?? '';
  const plan = planOf(
    assembly,
    { sqs, api: listening, functionUrl: listening, inText: (text) => withLocalAddresses(text, addresses) },
    kinds,
    given,
  );
  return { ...plan, assembly, ports, keySets, leftOut: lines, granted: iam ? checkedRights(plan.parts) : undefined };
}
