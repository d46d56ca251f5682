/** The HTTP APIs of a template come to be reachable. */
import type { CloudAssembly } from '../../engine/assembly/cloud-assembly.ts';
import type { Cleanup } from '../../engine/boot/cleanup.ts';
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { type FixedPort, type Listener, type Listening, listenersOf } from '../../engine/fixed-ports.ts';
import type { Log } from '../../engine/log.ts';
import { portProblem } from '../../engine/loopback.ts';
import { type Directory, requiredFunction } from '../destinations.ts';
import type { ApiPart, IntegrationPart, RoutePart, StagePart } from './http-api.resource.ts';
import { createHttpApi, type LocalHttpApi } from './local-http-api.ts';

/** One HTTP API that answers: its name, address and route keys in the order of the template. */
export type ListeningApi = Listening & { readonly routes: readonly string[] };

export function httpApisOf(assembly: CloudAssembly): Listener[] {
  return listenersOf(assembly, 'AWS::ApiGatewayV2::Api', ({ Name }) => (typeof Name === 'string' ? Name : undefined));
}

/** Starts every API with its routes on the port that `ports` has for its id, and gives them in that order. */
export async function startHttpApis(
  parts: readonly Part[],
  ports: ReadonlyMap<string, FixedPort>,
  directory: Directory,
  cleanup: Cleanup,
  log: Log,
): Promise<ListeningApi[]> {
  const listening: ListeningApi[] = [];
  for (const [apiId, { port, setting }] of ports) {
    const part = partsOf<ApiPart>(parts, 'api').find(({ definition }) => definition.apiId === apiId);
    const stage = partsOf<StagePart>(parts, 'stage').find((each) => each.apiId === apiId);
    if (part === undefined || stage === undefined) continue;
    const api = createHttpApi(
      { ...part.definition, stageName: stage.name, stageVariables: stage.variables },
      log,
      part.cors,
    );
    cleanup.add(() => api.stop());
    const routes = addRoutes(api, apiId, parts, directory);
    await api.listen(port).catch((error: unknown) => {
      throw portProblem(error, port, setting);
    });
    listening.push({ id: apiId, name: part.definition.name, url: api.url, routes });
  }
  return listening;
}

function addRoutes(api: LocalHttpApi, apiId: string, parts: readonly Part[], directory: Directory): string[] {
  const integrations = new Map(partsOf<IntegrationPart>(parts, 'integration').map((part) => [part.id, part]));
  return partsOf<RoutePart>(parts, 'route')
    .filter((route) => route.apiId === apiId)
    .map(({ routeKey, authorization, integrationId }) => {
      const integration = integrations.get(integrationId);
      if (integration === undefined) throw new Error(`The route ${routeKey} has no integration.`);
      const target = requiredFunction(directory, integration.functionName);
      api.addRoute({ routeKey, authorization, target, timeoutMs: integration.timeoutMs });
      return routeKey;
    });
}
