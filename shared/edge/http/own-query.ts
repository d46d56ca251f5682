/** What the query of an aggregate itself answers, `GET /{collection}/{id}`, for whoever has just changed one of its streams. */
import { type ContextCatalog, ownQueryRoute } from '#shared/catalog/index.ts';
import { answerRoute, parametersOf, type QueryPorts } from './query-endpoint.ts';

/**
 * Gives the body of that answer, read strongly, so that everything acknowledged is in it; `null` when there is no such query, it
 * needs more than the id, or it cannot be read strongly. While a newer version of the projection is being filled, what is not
 * there yet is folded from the log, so no other version is looked at. Throws what the query throws.
 */
export async function ownAnswer(
  context: ContextCatalog,
  ports: QueryPorts,
  category: string,
  id: string,
): Promise<unknown> {
  const route = ownQueryRoute(context, category);
  if (route === undefined) return null;
  const parameters = parametersOf(route.query, { id }, {});
  if ('faults' in parameters) return null;
  const request = { parameters: parameters.value, now: ports.clock() };
  const answer = await answerRoute(ports, route, request, { kind: 'strong' });
  return answer.kind === 'found' ? answer.body : null;
}
