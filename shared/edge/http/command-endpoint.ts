/** How does an HTTP request become a command, and its outcome a response? */

import { check, faultsIn } from '#shared/aggregate/index.ts';
import { type CommandRoute, type ContextCatalog, commandRoutes } from '#shared/catalog/index.ts';
import { type CommandHandling, type CommandOutcome, handleCommand } from '#shared/command/index.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { commandHeaders } from './command-headers.ts';
import { endpoint } from './endpoint.ts';
import { actorOf, etag, type HttpResult, idParameter, json } from './http-message.ts';
import { jsonBody, type WithJson } from './json-body.ts';
import { commandIdReused, conflict, invalidInput, notFound, preconditionFailed, refused } from './problem.ts';

/** The handler of all command routes of a context. */
export function commandEndpoint(context: ContextCatalog, handling: CommandHandling) {
  const routes = new Map(commandRoutes(context).map((route) => [route.key, route]));
  return endpoint<WithJson>()
    .use(jsonBody())
    .handler(async (event, _, { signal }) => {
      const route = routes.get(event.routeKey);
      return route === undefined
        ? notFound(`There is no command at ${event.rawPath}.`)
        : command(handling, route, event, signal);
    });
}

async function command(
  handling: CommandHandling,
  route: CommandRoute,
  event: WithJson,
  signal: AbortSignal,
): Promise<HttpResult> {
  const id = idParameter(event.pathParameters);
  const headers = commandHeaders(event);
  const body = 'faults' in event.json ? event.json : check(route.definition.schema, event.json.value);
  if ('faults' in id || 'faults' in headers || 'faults' in body) return invalidInput(faultsIn(id, headers, body));
  const stream = toStreamId(route.aggregate.category, id.value);
  const outcome = await handleCommand(handling, route.aggregate, {
    stream,
    command: { what: route.what, data: body.value },
    who: actorOf(event),
    signal,
    ...headers.value,
  });
  return response(stream, outcome);
}

function response(stream: StreamId, outcome: CommandOutcome): HttpResult {
  switch (outcome.kind) {
    case 'recorded':
      return done(stream, outcome.version, outcome.events, outcome.replayed ? { 'idempotency-replayed': 'true' } : {});
    case 'unchanged':
      return done(stream, outcome.version, [], {});
    case 'rejected':
      return refused(outcome.rejection);
    case 'precondition-failed':
      return preconditionFailed(outcome.version);
    case 'command-id-reused':
      return commandIdReused();
    case 'conflict':
      return conflict(outcome.attempts);
  }
}

const done = (
  stream: StreamId,
  version: number,
  events: Extract<CommandOutcome, { kind: 'recorded' }>['events'],
  headers: Readonly<Record<string, string>>,
): HttpResult =>
  json(
    200,
    { stream, version, events },
    { etag: etag(version), 'consistency-token': `${stream}@${version}`, ...headers },
  );
