/** Logs that are kept in tables of other names than a deployment would give them, as the settings of the stage say. */
import { ADOPT, type Report, type Settings } from './stage-settings.ts';

/** The tables of a context's log, by the names that they have. */
export type LogTables = { readonly events: string; readonly feed: string };

/** Of a table. Source: DynamoDB developer guide, naming rules. */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

/** By context, each of which must be among `contexts`. */
export function adoptedLogs(
  settings: Settings,
  contexts: readonly { readonly name: string }[],
  report: Report,
): Map<string, LogTables> {
  const logs = new Map<string, LogTables>();
  for (const [key, value] of Object.entries(settings)) {
    if (!key.startsWith(`${ADOPT}:`)) continue;
    const context = key.slice(ADOPT.length + 1);
    if (!contexts.some(({ name }) => name === context)) {
      report(`${key}: there is no context ${context}; there are ${contexts.map(({ name }) => name).join(', ')}.`);
    }
    const [events = '', feed = '', ...more] = String(value).split(',');
    if (more.length > 0 || !TABLE_NAME.test(events) || !TABLE_NAME.test(feed) || events === feed) {
      report(`${key} is "${value}"; it must be <events table>,<feed table>.`);
    }
    logs.set(context, { events, feed });
  }
  return logs;
}
