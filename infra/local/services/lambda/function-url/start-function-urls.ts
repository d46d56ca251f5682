/** The function URLs of a template come to be reachable. */
import type { CloudAssembly } from '../../../engine/assembly/cloud-assembly.ts';
import type { Cleanup } from '../../../engine/boot/cleanup.ts';
import { type Part, partsOf } from '../../../engine/boot/resource-kind.ts';
import { type FixedPort, type Listener, type Listening, listenersOf } from '../../../engine/fixed-ports.ts';
import type { Log } from '../../../engine/log.ts';
import { portProblem } from '../../../engine/loopback.ts';
import { referencesIn } from '../../../engine/template/dependency-order.ts';
import type { Template } from '../../../engine/template/template.ts';
import { type Directory, requiredFunction } from '../../destinations.ts';
import { plainFunctionName } from '../lambda-function.ts';
import type { FunctionUrlPart } from './function-url.resource.ts';
import { createFunctionUrl } from './local-function-url.ts';

/** The function URLs, each with the name of its function, and of the alias behind a colon. */
export function functionUrlsOf(assembly: CloudAssembly): Listener[] {
  return listenersOf(assembly, 'AWS::Lambda::Url', ({ TargetFunctionArn, Qualifier }, template) => {
    const name = functionName(TargetFunctionArn, template);
    return name === undefined || typeof Qualifier !== 'string' ? name : `${name}:${Qualifier}`;
  });
}

/** The logical id of a function whose name the template works out. */
function functionName(target: unknown, { Resources }: Template): string | undefined {
  if (typeof target === 'string') return plainFunctionName(target);
  const logicalId = referencesIn(target).find((id) => Resources[id] !== undefined);
  const given = Resources[logicalId ?? '']?.Properties?.FunctionName;
  return typeof given === 'string' ? given : logicalId;
}

/** Starts every function URL on the port that `ports` has for its id, and gives them in that order. Addresses end in a slash, as the attribute `FunctionUrl` does. */
export async function startFunctionUrls(
  parts: readonly Part[],
  ports: ReadonlyMap<string, FixedPort>,
  directory: Directory,
  cleanup: Cleanup,
  log: Log,
): Promise<Listening[]> {
  const listening: Listening[] = [];
  const urls = new Map(partsOf<FunctionUrlPart>(parts, 'function-url').map((part) => [part.id, part]));
  for (const { id, name, port, setting } of ports.values()) {
    const part = urls.get(id);
    if (part === undefined) continue;
    const { account, region } = part.place;
    const definition = { urlId: id, name, account, region, authorization: part.authorization };
    const target = requiredFunction(directory, part.functionArn);
    const running = createFunctionUrl(definition, target, log, part.cors);
    cleanup.add(() => running.stop());
    const url = await running.listen(port).catch((error: unknown) => {
      throw portProblem(error, port, setting);
    });
    listening.push({ id, name, url: `${url}/` });
  }
  return listening;
}
