/** What clients were told of their commands, against what the logs hold of them. */
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import { contexts } from '../../functions/contexts.ts';
import type { SentCommand } from './patient-client.ts';
import type { Log } from './tables-and-log.ts';

/** Each recorded command must be in a log exactly once and as it was answered, a refused one not at all, and nothing else be there. */
export function differencesOfCommands(sent: readonly SentCommand[], logs: readonly Log[]): string[] {
  const byKey = Map.groupBy(
    logs.flatMap((log) => [...log.values()].flat()),
    ({ why }) => why.id,
  );
  const known = new Set(sent.map(({ command }) => command.key));
  const unknown = [...byKey].filter(([key]) => !known.has(key)).flatMap(([, commits]) => commits.filter(isOfClient));
  return [
    ...sent.flatMap((one) => {
      const what = `${one.command.path} (${one.command.key}, sent ${one.tries} times)`;
      return differenceOf(one, byKey.get(one.command.key) ?? []).map((difference) => `${what} ${difference}`);
    }),
    ...unknown.map((commit) => `${placeOf(commit)} is of a command that nobody sent: ${commit.why.id}`),
  ];
}

function differenceOf(sent: SentCommand, commits: readonly Commit[]): string[] {
  const places = commits.map(placeOf).join(' and ');
  if (sent.kind === 'unclear') return [`was not answered as it should be: ${sent.reason}`];
  if (sent.kind === 'refused') {
    return commits.length === 0 ? [] : [`was refused (${sent.reason}), but is in the log at ${places}`];
  }
  const [commit] = commits;
  if (commit === undefined) return ['was acknowledged, but is not in the log'];
  if (commits.length > 1) return [`was acknowledged once, but is in the log at ${places}`];
  const ids = commit.events.map(({ id }) => id);
  const isOfThese = typeof sent.events === 'number' ? ids.length === sent.events : ids.join() === sent.events.join();
  const isSame = commit.stream === sent.command.stream && isOfThese;
  if (isSame && lastVersion(commit) === sent.version) return [];
  return [
    `was acknowledged as version ${sent.version} of ${sent.command.stream} and is another in the log, at ${places}`,
  ];
}

/** What a process has asked for is compared with the process. */
const isOfClient = ({ who }: Commit) => !PROCESSES.test(who);

const PROCESSES = new RegExp(
  `^(?:${contexts.flatMap(({ processManagers = [] }) => processManagers.map(({ name }) => name)).join('|')})-`,
);

const placeOf = ({ stream, version }: Commit) => `version ${version} of ${stream}`;
