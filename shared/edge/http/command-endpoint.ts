/** HTTP as a way in for commands: a request is read and handled, or accepted to be answered later, and answered as it prefers. */
import { type ContextCatalog, commandRoutes } from '#shared/catalog/index.ts';
import {
  type CommandHandling,
  type CommandOutcome,
  dispatch,
  type Ending,
  type SentCommand,
} from '#shared/command/index.ts';
import { isKitError } from '#shared/event/index.ts';
import { answerLater, type LaterPorts } from './answer-later.ts';
import { answerOf, done, doneHeaders, type Success, successOf } from './command-answer.ts';
import { commandOptions, jsonBody, type WithJson } from './command-request.ts';
import { endpoint } from './endpoint.ts';
import { actorOf, type HttpResult, header } from './http-message.ts';
import { ownAnswer } from './own-query.ts';
import { preferencesIn } from './prefer-header.ts';
import { notFound, unavailable } from './problem.ts';
import type { QueryPorts } from './query-endpoint.ts';

/** Ways to answer beside the plain one. A preference whose way is not there is not understood, and so ignored. */
export type AnswerWays = {
  readonly later?: LaterPorts;
  /** For the queries of the aggregates themselves. */
  readonly queries?: QueryPorts;
  /** Is told what became of each command that was looked at here, once. */
  readonly count?: (outcome: CommandOutcome['kind']) => void;
};

/** The handler of all command routes of a context. */
export function commandEndpoint(context: ContextCatalog, handling: CommandHandling, ways: AnswerWays = {}) {
  const routes = new Map(commandRoutes(context).map((route) => [route.key, route]));
  return endpoint<WithJson>()
    .use(jsonBody())
    .handler(async (event, lambda, { signal }) => {
      const route = routes.get(event.routeKey);
      if (route === undefined) return notFound(`There is no command at ${event.rawPath}.`);
      const sent: SentCommand = {
        category: route.aggregate.category,
        id: event.pathParameters?.id ?? '',
        what: route.what,
        data: event.json,
        options: commandOptions(event),
        who: actorOf(event),
        signal,
      };
      const preferred = preferencesIn(header(event, 'prefer'));
      if (!preferred.respondAsync || ways.later === undefined) {
        const ending = await dispatch(handling, context.aggregates, sent);
        if (ending.kind === 'handled') ways.count?.(ending.outcome.kind);
        return preferredAnswer(ending, preferred.return, event.rawPath, () => resultOf(sent));
      }
      const remaining = () => lambda.getRemainingTimeInMillis();
      const later = await answerLater(handling, ways.later, context.aggregates, sent, preferred, remaining);
      return later.kind === 'pending'
        ? later.answer
        : preferredAnswer(later.ending, preferred.return, event.rawPath, () => resultOf(sent));
    });

  function resultOf({ category, id }: SentCommand): Promise<unknown> | undefined {
    return ways.queries && ownAnswer(context, ways.queries, category, id);
  }
}

/** Only a success has more than one form; Preference-Applied says that it has the one that was preferred. */
async function preferredAnswer(
  ending: Ending,
  preferred: 'minimal' | 'representation' | undefined,
  where: string,
  result: () => Promise<unknown> | undefined,
): Promise<HttpResult> {
  const success = successOf(ending);
  if (success === undefined || preferred === undefined) return answerOf(ending, where);
  const applied = { 'preference-applied': `return=${preferred}` };
  if (preferred === 'minimal') return { statusCode: 204, headers: { ...doneHeaders(success), ...applied }, body: '' };
  const reading = result();
  return reading === undefined ? done(success) : withResult(success, reading, applied);
}

/**
 * The command has been recorded when its result is read. When that fails for now, the answer is 503, with the headers of the
 * command all the same: a repeat with the same idempotency key is recognised, and answered with the result.
 */
async function withResult(
  success: Success,
  reading: Promise<unknown>,
  applied: Readonly<Record<string, string>>,
): Promise<HttpResult> {
  try {
    const answer = done(success, { result: await reading });
    return { ...answer, headers: { ...answer.headers, ...applied } };
  } catch (error) {
    if (!isKitError(error) || !error.retryable) throw error;
    console.warn(`The result of a command to ${success.stream} cannot be read`, error);
    const answer = unavailable('The command is done, but its result cannot be read now. Repeat it with its key.');
    return { ...answer, headers: { ...doneHeaders(success), ...answer.headers } };
  }
}
