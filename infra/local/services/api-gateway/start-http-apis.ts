/** The HTTP APIs of a template come to be reachable. */
import type { CloudAssembly } from '../../engine/assembly/cloud-assembly.ts';
import type { Cleanup } from '../../engine/boot/cleanup.ts';
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { type FixedPort, type Listener, type Listening, listenersOf } from '../../engine/fixed-ports.ts';
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import { portProblem } from '../../engine/loopback.ts';
import { type Directory, requiredFunction } from '../destinations.ts';
import { authorizeBy } from './authorizer/authorize-request.ts';
import type { IssuerKeys } from './authorizer/issuer-keys.ts';
import type { AuthorizerPart } from './authorizer/jwt-authorizer.resource.ts';
import type { ApiPart, IntegrationPart, StagePart } from './http-api.resource.ts';
import { createHttpApi, type HttpRouteDefinition, type LocalHttpApi } from './local-http-api.ts';
import type { RoutePart } from './route.resource.ts';

/** One HTTP API that answers: its name, address and route keys in the order of the template. */
export type ListeningApi = Listening & { readonly routes: readonly string[] };

export function httpApisOf(assembly: CloudAssembly): Listener[] {
  return listenersOf(assembly, 'AWS::ApiGatewayV2::Api', ({ Name }) => (typeof Name === 'string' ? Name : undefined));
}

/** What tokens are checked by. */
export type TokenChecks = { readonly keys: IssuerKeys; readonly clock?: Clock | undefined };

/** Starts every API with its routes on the port that `ports` has for its id, and gives them in that order. */
export async function startHttpApis(
  parts: readonly Part[],
  ports: ReadonlyMap<string, FixedPort>,
  directory: Directory,
  { keys, clock = systemClock }: TokenChecks,
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
    const routes = addRoutes(api, apiId, parts, directory, (route) => authorizationOf(route, parts, keys, clock));
    await api.listen(port).catch((error: unknown) => {
      throw portProblem(error, port, setting);
    });
    listening.push({ id: apiId, name: part.definition.name, url: api.url, routes });
  }
  return listening;
}

function addRoutes(
  api: LocalHttpApi,
  apiId: string,
  parts: readonly Part[],
  directory: Directory,
  authorizationOf: (route: RoutePart) => HttpRouteDefinition['authorization'],
): string[] {
  const integrations = new Map(partsOf<IntegrationPart>(parts, 'integration').map((part) => [part.id, part]));
  return partsOf<RoutePart>(parts, 'route')
    .filter((route) => route.apiId === apiId)
    .map((route) => {
      const { routeKey, integrationId } = route;
      const integration = integrations.get(integrationId);
      if (integration === undefined) throw new Error(`The route ${routeKey} has no integration.`);
      const target = requiredFunction(directory, integration.functionArn);
      api.addRoute({ routeKey, authorization: authorizationOf(route), target, timeoutMs: integration.timeoutMs });
      return routeKey;
    });
}

function authorizationOf(
  { authorization, authorizerId, routeKey, scopes }: RoutePart,
  parts: readonly Part[],
  keys: IssuerKeys,
  clock: Clock,
): HttpRouteDefinition['authorization'] {
  if (authorization !== 'JWT') return authorization;
  const part = partsOf<AuthorizerPart>(parts, 'authorizer').find(({ id }) => id === authorizerId);
  if (part === undefined) throw new Error(`The route ${routeKey} has no authorizer.`);
  return authorizeBy(part.authorizer, scopes, keys, clock.now);
}
