/** `npm run publish` puts a range of the feed on the bus again. */
import { beforeAll, describe, expect, test } from 'vitest';
import { useFaultyBus } from '../../shared/edge/stream/faulty-bus.ts';
import { accountHistory, accountTables, runTool } from './feed-tool.ts';

const bus = useFaultyBus('published-tributary');
let tables: Awaited<ReturnType<typeof accountTables>>;
/** a1 at 1, b1 at 2 to 4, a2 at 5 and 6, a4 at 7. */
const [a1, a2, a4] = accountHistory('a', [1, 2, 1]);
const [b1] = accountHistory('b', [3]);

beforeAll(async () => {
  tables = await accountTables('published');
  const commits = [a1, b1, a2, a4].flatMap((commit) => commit ?? []);
  await tables.record(commits);
  for (const commit of commits) await tables.writer.append([commit]);
});

const publish = (args: readonly string[], env: NodeJS.ProcessEnv = {}, started?: Parameters<typeof runTool>[3]) =>
  runTool(
    'publish',
    ['--context', 'accounts', '--stage', 'published', ...args],
    { EVENTBRIDGE_PORT: String(bus.port), ...env },
    started,
  );
const at = (position: number) => `0.${String(position).padStart(16, '0')}`;
const onTheBus = () => bus.received.map(({ detail }) => detail.context.position);

describe('A range of the feed', () => {
  test('is on the bus again from a position on, inclusive, each event as the relay publishes it.', async () => {
    expect(await publish(['--from', at(3)])).toEqual({
      code: 0,
      output: 'accounts: 5 of 5 events published\n',
      errors: '',
    });
    expect(onTheBus()).toEqual([3, 4, 5, 6, 7].map(at));
    expect(bus.received[0]).toMatchObject({
      source: 'tributary.accounts',
      'detail-type': 'AccountClosed',
      detail: { context: { stream: 'thing-b', version: 2 } },
    });
  });

  test('ends at a position, inclusive.', async () => {
    expect(await publish(['--from', at(2), '--to', at(5)])).toMatchObject({ code: 0 });
    expect(onTheBus()).toEqual([2, 3, 4, 5].map(at));
  });

  test('may be the whole feed.', async () => {
    expect(await publish(['--from', at(0)])).toMatchObject({ code: 0 });
    expect(onTheBus()).toHaveLength(7);
  });

  test('that the bus takes only in part ends with 1 and the position to go on from.', async () => {
    bus.faults.failEntry = ({ context }) =>
      context.position === at(5) ? { ErrorCode: 'ThrottlingException' } : undefined;
    const { code, output } = await publish(['--from', at(1), '--to', at(6)]);
    expect(code).toBe(1);
    expect(output).toContain(`Go on with --from ${at(5)} --to ${at(6)}`);
  });

  test('that is interrupted ends with 1 and the position to go on from, and nothing is left out.', async () => {
    const arrived = Promise.withResolvers<void>();
    const interrupted = Promise.withResolvers<void>();
    bus.faults.hold = () => {
      arrived.resolve();
      return interrupted.promise;
    };
    const { code, output } = await publish(['--from', at(1)], {}, (tool) => {
      arrived.promise.then(() => {
        tool.kill('SIGINT');
        // The signal is on its way to the tool before the answer is.
        interrupted.resolve();
      });
    });
    expect(code).toBe(1);
    const from = /--from (\S+) --to (\S+)/.exec(output)?.slice(1, 3) ?? [];
    bus.faults.hold = async () => {};
    expect(await publish(['--from', from[0] ?? '', '--to', from[1] ?? ''])).toMatchObject({ code: 0 });
    expect(new Set(onTheBus())).toEqual(new Set([1, 2, 3, 4, 5, 6, 7].map(at)));
  });

  test('passes over what this code cannot read, and says what.', async () => {
    const [invented] = accountHistory('c', [1]).map((commit) => ({
      ...commit,
      events: commit.events.map((event) => ({ ...event, what: 'Invented' })),
    }));
    const [readable] = accountHistory('d', [1]);
    if (invented === undefined || readable === undefined) throw new Error('there is no commit');
    await tables.record([invented, readable]);
    await tables.writer.append([invented, readable]);
    const { code, errors } = await publish(['--from', at(7)]);
    expect(code).toBe(1);
    expect(onTheBus()).toEqual([at(7), at(9)]);
    expect(errors).toContain('Passed over: The commit of thing-c at version 1 cannot be read: ');
  });
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
  ['no position', [], {}, 'Say from which position on'],
  ['a position that is none', ['--from', '42'], {}, '--from is "42", which is no position'],
  ['an end that is none', ['--from', at(1), '--to', 'x'], {}, '--to is "x", which is no position'],
  [
    'a position behind the end',
    ['--from', at(1000)],
    {},
    `The feed of accounts has no position ${at(1000)}: it ends at`,
  ],
  ['an end behind the end', ['--from', at(1), '--to', at(1000)], {}, `has no position ${at(1000)}`],
  ['a partition that is not there', ['--from', '1.0000000000000001'], {}, 'has no position 1.0000000000000001'],
  ['an end before the beginning', ['--from', at(3), '--to', at(2)], {}, '--to is not behind --from'],
  ['a context that is not there', ['--context', 'acounts', '--from', at(1)], {}, 'There is no context acounts'],
  ['a port for a bus but no database', ['--from', at(1)], { DYNAMODB_ENDPOINT: undefined }, 'set both'],
  ['a stage that is not there', ['--stage', 'nope', '--from', at(1)], {}, 'no table nope-tributary-accounts-Events'],
])('With %s it ends with 2 and one line.', async (_, args, env, line) => {
  const { code, output, errors } = await publish(args, env);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain(line);
  expect(bus.requests).toEqual([]);
});
