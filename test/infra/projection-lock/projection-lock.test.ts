/** A projection that means something else needs a higher version; one that is only written differently does not. */
import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { type AnyProjection, change } from '#shared/projection/index.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { contexts } from '../../../functions/contexts.ts';
import { acceptedLock, lockNotes, readLock } from '../../../infra/projection-lock/projection-lock.ts';
import { addAllStacks } from '../../../infra/stacks/all-stacks.ts';

const [summary] = accounts.projections as readonly [AnyProjection, ...AnyProjection[]];
const withSummary = (changed: Partial<AnyProjection>): readonly ContextCatalog[] => [
  { ...accounts, projections: [{ ...summary, ...changed }] },
];
const LOCK = acceptedLock(withSummary({}), {});

/** The notes on the accounts with a changed summary. */
const notesOn = (changed: Partial<AnyProjection>, lock = LOCK) => lockNotes(withSummary(changed), lock);

const handler = (what: string, after: (row: unknown, event: RecordedEvent) => unknown) => ({
  on: { ...summary.on, [what]: after },
});
const deposited = ({ data }: RecordedEvent) => (data as { amount: number }).amount;
type Row = { owner: string; balance: number };

it('What is committed notes the projections as they are', () => {
  expect(acceptedLock(contexts, readLock()), 'npm run projections:accept').toEqual(readLock());
  expect(lockNotes(contexts, readLock()).filter(({ kind }) => kind === 'error')).toEqual([]);
});

describe('Without a higher version it is an error', () => {
  it.each<[string, Partial<AnyProjection>, string]>([
    [
      'that a handler makes another row',
      handler('PremiumReceived', (row, event) => ({ ...(row as Row), balance: deposited(event) * 100 })),
      'what it makes of PremiumReceived.v1',
    ],
    [
      'that a handler makes the same row and other entries',
      handler('PaymentReceived', (row, event) => {
        const after = { ...(row as Row), balance: (row as Row).balance + deposited(event) };
        return change(after, { put: [{ key: `owner#${after.owner}`, sort: 'elsewhere', value: {} }] });
      }),
      'what it makes of PaymentReceived.v1',
    ],
    [
      'that a handler throws at what it took before',
      handler('AccountOpened', () => {
        throw new Error('no more');
      }),
      'what it makes of AccountOpened.v1',
    ],
    [
      'that only what follows on another event is different',
      handler('AccountOpened', (row, event) =>
        (row as Row).balance === 0 ? summary.on.AccountOpened?.(row, event) : row,
      ),
      'what it makes of events that follow each other',
    ],
    [
      'that it has another initial row',
      { initialRow: { owner: 'nobody', status: 'open', balance: 0 } },
      'its initial row',
    ],
    [
      'that it is of other categories',
      { categories: ['account', 'person'] },
      'it is of account, person and was of account',
    ],
    [
      'that it handles an event no more',
      { on: Object.fromEntries(Object.entries(summary.on).filter(([what]) => what !== 'InterestPaid')) },
      'it does not handle InterestPaid.v1 any more',
    ],
  ])('%s', (_, changed, told) => {
    expect(notesOn(changed)).toEqual([{ kind: 'error', context: 'accounts', line: expect.stringContaining(told) }]);
    expect(notesOn(changed)[0]?.line).toContain('Raise its version, then npm run rebuild -- --context accounts');
  });

  it('that nothing is noted of it, or that its version is lower than is noted', () => {
    expect(notesOn({}, {})).toEqual([
      { kind: 'error', context: 'accounts', line: expect.stringContaining('does not know the projection summary') },
    ]);
    const [{ kind, line } = {}] = notesOn({ version: 0 });
    expect([kind, line]).toEqual(['error', expect.stringContaining('versions only rise')]);
  });
});

it('A handler that is written differently and does the same is no change', () => {
  const on = {
    ...summary.on,
    PaymentReceived: (row: unknown, event: RecordedEvent) => {
      // As before, in more words and with the row's fields in another order.
      const { owner, ...rest } = row as Row;
      const balance = rest.balance + deposited(event);
      const id = event.context.stream.replace(/^account-/, '');
      return change(
        { ...rest, balance, owner },
        { put: [{ key: `owner#${owner}`, sort: id, value: { balance, id } }] },
      );
    },
  };
  expect(notesOn({ on })).toEqual([]);
});

it('A raised version is a warning that says what to run, until a person says that it is done everywhere', () => {
  const raised = { version: 2, initialRow: { owner: '', status: 'new', balance: 0 } };
  const rebuild = 'npm run rebuild -- --context accounts --projection summary';
  const warned = [{ kind: 'warning', context: 'accounts', line: expect.stringContaining(rebuild) }];
  expect(notesOn(raised)).toEqual(warned);
  const accepted = acceptedLock(withSummary(raised), LOCK);
  expect(accepted['accounts/summary']).toMatchObject({ version: 2, replaces: 1 });
  expect(notesOn(raised, accepted)).toEqual(warned);
  expect(acceptedLock(withSummary(raised), accepted)).toEqual(accepted);
  const done = acceptedLock(withSummary(raised), accepted, { rebuilt: true });
  expect(notesOn(raised, done)).toEqual([]);
  expect(notesOn({ ...raised, initialRow: {} }, done)).toMatchObject([{ kind: 'error' }]);
});

it('A synthesis tells it at the stack of the context, which then is not deployed', () => {
  const { 'accounts/statement': statement, ...lock } = readLock();
  if (statement === undefined) throw new Error('the statement is not noted');
  const app = new App();
  addAllStacks(app, {
    ...lock,
    'accounts/statement': { ...statement, means: { ...statement.means, initialRow: 'x' } },
  });
  const stack = app.node.findChild('tributary-accounts') as Parameters<typeof Annotations.fromStack>[0];
  Annotations.fromStack(stack).hasError(
    '*',
    Match.stringLikeRegexp('statement of accounts is another .* its initial row'),
  );
});
