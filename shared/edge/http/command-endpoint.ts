/** HTTP as a way in for commands: a request is read and dispatched, and the outcome becomes a status, headers and a body. */
import { type ContextCatalog, commandRoutes } from '#shared/catalog/index.ts';
import { type CommandHandling, type CommandOutcome, type DispatchOutcome, dispatch } from '#shared/command/index.ts';
import { commandOptions, jsonBody, type WithJson } from './command-request.ts';
import { endpoint } from './endpoint.ts';
import { actorOf, etag, type HttpResult, json } from './http-message.ts';
import { commandIdReused, conflict, invalidInput, notFound, preconditionFailed, refused } from './problem.ts';

/** The handler of all command routes of a context. `count` is told what became of each command that was looked at, once. */
export function commandEndpoint(
  context: ContextCatalog,
  handling: CommandHandling,
  count: (outcome: CommandOutcome['kind']) => void = () => {},
) {
  const routes = new Map(commandRoutes(context).map((route) => [route.key, route]));
  return endpoint<WithJson>()
    .use(jsonBody())
    .handler(async (event, _, { signal }) => {
      const route = routes.get(event.routeKey);
      if (route === undefined) return noCommand(event);
      const dispatched = await dispatch(handling, context.aggregates, {
        category: route.aggregate.category,
        id: event.pathParameters?.id ?? '',
        what: route.what,
        data: event.json,
        options: commandOptions(event),
        who: actorOf(event),
        signal,
      });
      switch (dispatched.kind) {
        case 'unknown-command':
          return noCommand(event);
        case 'faulty':
          return invalidInput(dispatched.faults);
        case 'handled':
          count(dispatched.outcome.kind);
          return answerOf(dispatched);
      }
    });
}

const noCommand = ({ rawPath }: WithJson): HttpResult => notFound(`There is no command at ${rawPath}.`);

function answerOf({ stream, outcome, answer }: Extract<DispatchOutcome, { kind: 'handled' }>): HttpResult {
  switch (outcome.kind) {
    case 'recorded': {
      const { version, events, replayed } = outcome;
      return done(stream, version, answer ?? { events }, replayed ? { 'idempotency-replayed': 'true' } : {});
    }
    case 'unchanged':
      return done(stream, outcome.version, answer ?? { events: [] });
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
  stream: string,
  version: number,
  answer: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpResult =>
  json(
    200,
    { stream, version, ...answer },
    { etag: etag(version), 'consistency-token': `${stream}@${version}`, ...headers },
  );
