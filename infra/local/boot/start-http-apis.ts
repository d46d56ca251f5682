/** How do the HTTP APIs of a template come to be reachable? */
import { createHttpApi } from '../http-api/http-api.ts';
import type { Directory, LocalHttpApi, Log } from '../ports.ts';
import { type Part, partsOf } from '../resources/parts.ts';
import type { Cleanup } from './cleanup.ts';
import { requiredFunction } from './directory.ts';
import { portProblem } from './ports-free.ts';

/** One HTTP API that answers: its name, address and route keys in the order of the template. */
export type ListeningApi = { readonly name: string; readonly url: string; readonly routes: readonly string[] };

/** Starts every API with its routes on the port that `ports` has for its id, and gives them in that order. */
export async function startHttpApis(
  parts: readonly Part[],
  ports: ReadonlyMap<string, number>,
  directory: Directory,
  cleanup: Cleanup,
  log: Log,
): Promise<ListeningApi[]> {
  const listening: ListeningApi[] = [];
  for (const [apiId, port] of ports) {
    const part = partsOf(parts, 'api').find(({ definition }) => definition.apiId === apiId);
    const stage = partsOf(parts, 'stage').find((each) => each.apiId === apiId);
    if (part === undefined || stage === undefined) continue;
    const api = createHttpApi({ ...part.definition, stageName: stage.name }, log);
    cleanup.add(() => api.stop());
    const routes = addRoutes(api, apiId, parts, directory);
    await api.listen(port).catch((error: unknown) => {
      throw portProblem(error, port, 'PORT');
    });
    listening.push({ name: part.definition.name, url: api.url, routes });
  }
  return listening;
}

function addRoutes(api: LocalHttpApi, apiId: string, parts: readonly Part[], directory: Directory): string[] {
  const integrations = new Map(partsOf(parts, 'integration').map((part) => [part.id, part]));
  return partsOf(parts, 'route')
    .filter((route) => route.apiId === apiId)
    .map(({ routeKey, authorization, integrationId }) => {
      const integration = integrations.get(integrationId);
      if (integration === undefined) throw new Error(`The route ${routeKey} has no integration.`);
      const target = requiredFunction(directory, integration.functionName);
      api.addRoute({ routeKey, authorization, target, timeoutMs: integration.timeoutMs });
      return routeKey;
    });
}
