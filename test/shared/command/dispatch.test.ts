/** No command reaches a decider that is unknown or does not fit its schema; a repeat is recognised by what was sent. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { type AnyAggregate, accept, type Command, defineAggregate } from '#shared/aggregate/index.ts';
import { type DispatchOutcome, dispatch, type SentCommand } from '#shared/command/index.ts';
import { jsonDigest } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { handlingOn, tallies, tally, tallyEvents } from '../../support/tally.ts';

const newStore = () => createInMemoryEventStore({ events: tallyEvents });

const send = (
  store: EventStore,
  sent: Partial<SentCommand>,
  aggregates: readonly AnyAggregate[] = tallies.aggregates,
): Promise<DispatchOutcome> =>
  dispatch(handlingOn(store), aggregates, {
    category: 'tally',
    id: '1',
    what: 'count',
    data: { value: { by: 1 } },
    options: { value: {} },
    who: 'clerk',
    ...sent,
  });

/** A later version of the code, in which one who counts may say why, and need not say by how much. */
const schema = z.strictObject({ by: z._default(z.int(), 1), why: z._default(z.string().check(z.trim()), 'none') });

const withSchema = (counted: z.ZodMiniType<{ by: number }>): AnyAggregate[] => [
  defineAggregate({
    category: 'tally',
    collection: 'tallies',
    commands: { count: { meaning: 'Count.', schema: counted } },
    events: tallyEvents,
    decider: {
      initialState: {},
      decide: ({ data }: Command<string, { readonly by: number }>) =>
        accept([{ what: 'Counted', data: { by: data.by } }]),
      evolve: (state) => state,
      stateSchema: z.object({}),
    },
  }),
];

describe('A command that is dispatched', () => {
  it('is handled when there is such a command and its data fits', async () => {
    expect(await send(newStore(), {})).toMatchObject({
      kind: 'handled',
      stream: 'tally-1',
      outcome: { kind: 'recorded', version: 1, events: [{ what: 'Counted' }] },
    });
  });

  it.each([{ category: 'till' }, { what: 'uncount' }, { what: 'constructor' }, { what: '__proto__' }])(
    'is unknown when no aggregate here has it: %o',
    async (sent) => {
      expect(await send(newStore(), { ...sent, id: 'a b', data: { value: null } })).toEqual({
        kind: 'unknown-command',
      });
    },
  );

  it('is told every fault at once, of its id, its options and its data, and the store is not asked', async () => {
    const store = newStore();
    const load = vi.spyOn(store, 'load');
    const faults = [{ path: 'if-match', code: 'invalid-header', message: 'None.' }];
    const answer = await send(store, { id: 'a b', options: { faults }, data: { value: { by: 'x', more: 1 } } });
    expect(answer).toMatchObject({
      kind: 'faulty',
      faults: [{ path: 'id' }, { path: 'if-match' }, { path: 'by' }, { path: 'more' }],
    });
    expect(load).not.toHaveBeenCalled();
  });

  it('is told why its data could not be read', async () => {
    const unreadable = { faults: [{ path: '', code: 'invalid-json', message: 'The body is not JSON.' }] };
    expect(await send(newStore(), { data: unreadable })).toEqual({ kind: 'faulty', ...unreadable });
  });

  it('is faulty when it is nested too deeply to be told from another, where its schema lets it through', async () => {
    const deep = JSON.parse(`${'['.repeat(60_000)}${']'.repeat(60_000)}`);
    const lenient = withSchema(z.object({ by: z.int() }));
    expect(await send(newStore(), { data: { value: { by: 1, deep } } }, lenient)).toMatchObject({
      kind: 'faulty',
      faults: [{ path: '', code: 'too-deep' }],
    });
  });

  it('is the only way in from outside: the edge handles no command itself', async () => {
    const names = await readdir('shared/edge', { recursive: true });
    const files = names.filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((file) => readFile(join('shared/edge', file), 'utf8')));
    expect(texts.filter((text) => text.includes('dispatch(')).length).toBeGreaterThan(0);
    expect(files.filter((_, index) => /\bhandleCommand\b/.test(texts[index] ?? ''))).toEqual([]);
  });
});

describe('A repeat of a command', () => {
  const options = { value: { commandId: 'c1' } };
  const replayed = { kind: 'handled', outcome: { kind: 'recorded', version: 1, replayed: true } };

  it('is recognised after a deployment that adds a default to its schema', async () => {
    const store = newStore();
    const first = { options, data: { value: { by: 1 } } };
    await send(store, first);
    expect(await send(store, first, withSchema(schema))).toMatchObject(replayed);
  });

  it('is recognised after a deployment that changes what becomes of the data', async () => {
    const store = newStore();
    const first = { options, data: { value: { why: ' not said ' } } };
    await send(store, first, withSchema(schema));
    const untrimmed = z.strictObject({ by: z._default(z.int(), 2), why: z.string() });
    expect(await send(store, first, withSchema(untrimmed))).toMatchObject(replayed);
  });

  it('is another command when something else was sent, also when the schema makes the same of it', async () => {
    const store = newStore();
    await send(store, { options, data: { value: { why: 'so' } } }, withSchema(schema));
    const others = [{ why: ' so' }, { why: 'so', by: 1 }];
    for (const value of others) {
      expect(await send(store, { options, data: { value } }, withSchema(schema))).toMatchObject({
        outcome: { kind: 'command-id-reused' },
      });
    }
  });

  it('is recognised by the longer digest that was recorded once', async () => {
    const store = newStore();
    const { token } = await store.load(tally('1'));
    const when = '2026-11-20T12:11:04.123Z';
    const payloadHash = jsonDigest(['count', { by: 1 }]).slice(0, 22);
    await store.append(token, {
      recordedAt: when,
      who: 'clerk',
      why: { id: 'c1', what: 'count', when, who: 'clerk', payloadHash },
      correlationId: 'c1',
      causationId: 'c1',
      events: [{ id: 'e1', what: 'Counted', data: { by: 1 }, effectiveAt: when, schemaVersion: 2 }],
    });
    expect(await send(store, { options })).toMatchObject(replayed);
    const other = { options, data: { value: { by: 2 } } };
    expect(await send(store, other)).toMatchObject({ outcome: { kind: 'command-id-reused' } });
  });
});
