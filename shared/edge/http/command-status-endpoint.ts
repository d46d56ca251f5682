/** What became of a command that was accepted: `GET /commands/{stream}/{id}`, for every context. */
import { type CommandEntry, type CommandLog, statusOf } from '#shared/command/index.ts';
import { categoryOf, parseStreamId } from '#shared/event/index.ts';
import { answerOf, successOf } from './command-answer.ts';
import { isCommandId } from './command-request.ts';
import { endpoint } from './endpoint.ts';
import { type HttpResult, json } from './http-message.ts';
import { notFound } from './problem.ts';

/** `logOf` gives the log of the commands to streams of a category, or nothing when no context has that category. */
export const commandStatusEndpoint = (logOf: (category: string) => Pick<CommandLog, 'read'> | undefined) =>
  endpoint().handler(async ({ rawPath, pathParameters }) => {
    const stream = parseStreamId(pathParameters?.stream ?? '');
    const id = pathParameters?.id ?? '';
    const log = stream && logOf(categoryOf(stream));
    const entry = stream && isCommandId(id) ? await log?.read(stream, id) : undefined;
    return entry === undefined ? notFound(`No command was accepted at ${rawPath}.`) : statusAnswer(entry);
  });

function statusAnswer(entry: CommandEntry): HttpResult {
  const { stream, id, what, acceptedAt, ending } = entry;
  const common = { stream, id, what, status: statusOf(entry), acceptedAt };
  if (ending === undefined) return json(200, common, { 'retry-after': '1' });
  const success = successOf(ending);
  if (success === undefined) return json(200, { ...common, problem: JSON.parse(answerOf(ending, what).body) });
  const { version, answer } = success;
  const isPlain = common.status === 'unchanged' && 'events' in answer;
  return json(200, { ...common, version, ...(isPlain ? {} : answer) });
}
