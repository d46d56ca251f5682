/** A replay tells what each event changed, what caused it, and nothing else. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '#shared/aggregate/index.ts';
import { streamKinds } from '#shared/catalog/index.ts';
import { type DomainEvent, toStreamId } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { replayEnd, replayStart } from '../../../infra/cli/replay/replay-range.ts';
import { type ReplayStep, replaySteps } from '../../../infra/cli/replay/replay-steps.ts';
import { textWriter } from '../../../infra/cli/replay/replay-writers.ts';
import { stateChanges } from '../../../infra/cli/replay/state-changes.ts';
import { commitOf, noted } from '../../support/commits.ts';

const kindOf = (category: string) => {
  const kind = streamKinds(accounts).find((one) => one.category === category);
  if (kind === undefined) throw new Error(`there is no ${category}`);
  return kind;
};

const account = kindOf('account');
const transferring = kindOf('transferring');

const commitAt = (category: string, version: number, events: readonly DomainEvent[]): Commit => ({
  stream: toStreamId(category, '7'),
  version,
  ...commitOf([], {
    events: events.map(({ what, data, effectiveAt = '2026-01-02' }) => noted(data, { what, effectiveAt })),
  }),
});

const opened: DomainEvent = { what: 'AccountOpened', data: { owner: 'Ada' }, effectiveAt: '2026-01-01' };
const paid = (amount: number): DomainEvent => ({ what: 'PaymentReceived', data: { amount } });

function told(aggregate: typeof account, commits: readonly Commit[]): string {
  const lines: string[] = [];
  const writer = textWriter(
    aggregate,
    (line) => lines.push(line),
    (_, text) => text,
  );
  let state = aggregate.decider.initialState;
  for (const commit of commits) {
    for (const step of replaySteps(aggregate, commit, state)) {
      writer.step(step);
      state = step.after;
    }
  }
  writer.end(commits.flatMap(({ events }) => events).length, state);
  return lines.join('\n');
}

describe('The steps of a history', () => {
  it('each begin with the state in which the one before has ended, from nothing to the state of now', () => {
    const commits = [commitAt('account', 1, [opened, paid(5)]), commitAt('account', 3, [paid(7)])];
    const steps: ReplayStep[] = [];
    for (const commit of commits) {
      steps.push(...replaySteps(account, commit, steps.at(-1)?.after ?? account.decider.initialState));
    }
    expect(steps.map(({ event }) => event.context.version)).toEqual([1, 2, 3]);
    expect(steps.map(({ before }) => before)).toEqual([
      account.decider.initialState,
      ...steps.slice(0, -1).map(({ after }) => after),
    ]);
    const all = commits.flatMap(({ events }) => events);
    expect(steps.at(-1)?.after).toEqual(fold(account.decider, all));
  });

  it('end before an event that cannot be applied, which is named', () => {
    const poison = { what: 'PaymentReceived', data: null };
    const steps = replaySteps(account, commitAt('account', 4, [paid(5), poison]), account.decider.initialState);
    expect(steps.next().value).toMatchObject({ after: { balance: 5 } });
    expect(() => steps.next()).toThrow('Version 5 of account-7, PaymentReceived, cannot be applied');
  });
});

describe('The changes from one state to another', () => {
  it('are none exactly when the states are equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(stateChanges(one, structuredClone(one))).toEqual([]);
        expect(stateChanges(one, other).length === 0).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });

  it('name the place, and only what is different there', () => {
    expect(stateChanges({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1, c: 4 }, e: null })).toEqual([
      { path: 'a.c', before: 2, after: 4 },
      { path: 'd', before: 3 },
      { path: 'e', after: null },
    ]);
    expect(stateChanges(1, [1])).toEqual([{ path: '', before: 1, after: [1] }]);
  });

  it('do not tell a whole list when one comes, one goes or one becomes another', () => {
    const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const changes = (before: unknown[], after: unknown[]) => stateChanges({ list: before }, { list: after });
    expect(changes([a, b], [a, b, c])).toEqual([{ path: 'list[2]', after: c }]);
    expect(changes([a, b, c], [b, c])).toEqual([{ path: 'list[0]', before: a }]);
    expect(changes([a, b, c], [a, { id: 'B' }, c])).toEqual([{ path: 'list[1].id', before: 'b', after: 'B' }]);
    expect(changes([a, a], [a])).toEqual([{ path: 'list[1]', before: a }]);
    expect(changes([a, b, a], [c])).toEqual([
      { path: 'list[0]', before: a },
      { path: 'list[1]', before: b },
      { path: 'list[2]', before: a },
      { path: 'list[0]', after: c },
    ]);
  });
});

describe('What is told', () => {
  it('has the cause of a commit once, and what each of its events changed', () => {
    const commit = commitAt('account', 1, [opened, paid(5)]);
    const text = told(account, [commit]);
    expect(text.split(commit.causationId)).toHaveLength(3);
    expect(text).toContain(`2026-01-01T00:00:00.000Z  note by clerk\n  command      ${commit.why.id}\n`);
    expect(text).toContain("     1  AccountOpened  effective 2026-01-01\n        { owner: 'Ada' }\n");
    expect(text).toContain(
      "        ~ balance  0 → 5\n        + ledger[0]  { kind: 'money', on: '2026-01-02', amount: 5 }",
    );
    expect(text).toContain("State after version 2\n  {\n    status: 'open',");
  });

  it('of a process is what came in and what goes out', () => {
    const reacted = (input: unknown, state: unknown) => ({ what: 'ProcessReacted', data: { input, state } });
    const send = {
      commandId: 'c'.repeat(43),
      name: 'pay',
      category: 'account',
      what: 'receive-payment',
      id: 'b',
      data: {},
    };
    const text = told(transferring, [
      commitAt('transferring', 1, [
        reacted({ kind: 'event', what: 'TransferRequested', stream: 'transfer-7', version: 1 }, { step: 'waiting' }),
        { what: 'ProcessDeadlineSet', data: { name: 'confirmation', at: '2026-01-03', key: 'k' } },
      ]),
      commitAt('transferring', 3, [
        reacted({ kind: 'deadline', name: 'confirmation', key: 'k' }, { step: 'paying' }),
        { what: 'ProcessCommandSent', data: send },
      ]),
      commitAt('transferring', 5, [
        reacted(
          {
            kind: 'answer',
            to: 'pay',
            commandId: send.commandId,
            answer: { kind: 'rejected', code: 'account-not-open' },
          },
          { step: 'paying' },
        ),
        { what: 'ProcessDeadlineCancelled', data: { name: 'confirmation' } },
        { what: 'ProcessEnded', data: {} },
      ]),
    ]);
    expect([...text.matchAll(/^ {8}(?:in|out) .*$/gm)].map(([line]) => line.trim())).toEqual([
      'in   TransferRequested, version 1 of transfer-7',
      'out  the deadline confirmation is set to 2026-01-03',
      'in   the deadline confirmation has passed',
      'out  receive-payment to account-b {}, command cccccccccccc…',
      'in   the answer to pay: rejected, account-not-open',
      'out  the deadline confirmation is cancelled',
      'out  nothing any more: the process has ended',
    ]);
    expect(text).toContain('        - deadlines[0]  ');
  });

  it('fits the terminal, however large the data, and writes nothing into it but text', () => {
    const hostile = { what: 'AccountOpened', data: { owner: `\u001b[2J\n${'x'.repeat(10_000)}` } };
    const text = told(account, [commitAt('account', 1, [hostile, paid(1)])]);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).not.toContain('\u001b');
  });
});

describe('A replay ends', () => {
  it('at a version or a time', () => {
    expect(replayEnd('12')).toEqual({ version: 12 });
    expect(replayEnd('2026-11-20T12:11:04Z')).toEqual({ time: '2026-11-20T12:11:04.000Z' });
    expect(replayStart('3')).toBe(3);
  });

  it.each(['', '0', '-1', '1.5', '1e3', 'now', '2026-11-20', '2026-13-01T00:00:00Z', '9'.repeat(16)])(
    'not at "%s"',
    (text) => {
      expect(() => replayEnd(text)).toThrow(`--to is "${text}", which is neither a version`);
    },
  );
});
