/** A unique value has one holder at a time. */
import { describe, expect, it } from 'vitest';
import { unique } from '#shared/aggregate/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import type { AppendOutcome, EventStore, UniqueChange } from '#shared/event-store/index.ts';
import { commitOf, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { dataOf } from './append.ts';

/** Appends an event to the stream, as it is now, that changes unique values. */
async function change(
  store: EventStore,
  stream: StreamId,
  { claims = [], releases = [] }: Partial<UniqueChange>,
): Promise<AppendOutcome['kind']> {
  const { token } = await store.load(stream);
  return (await store.appendAll([{ token, commit: commitOf([1]) }], { claims, releases })).kind;
}

export function uniqueValueContract(tested: StoreUnderTest): void {
  describe('unique values', () => {
    const someName = () => unique('name', someStream());

    it('go to one stream at a time', async () => {
      const name = someName();
      const [one, other] = [someStream(), someStream()];
      expect(await change(tested.store, one, { claims: [name] })).toBe('appended');
      const { token } = await tested.store.load(other);
      const outcome = await tested.store.appendAll([{ token, commit: commitOf([1]) }], {
        claims: [name],
        releases: [],
      });
      expect(outcome).toEqual({ kind: 'unique-value-taken', unique: name });
      expect(await dataOf(tested.store, other)).toEqual([]);
    });

    it('may be claimed again by the stream that holds them', async () => {
      const name = someName();
      const stream = someStream();
      expect(await change(tested.store, stream, { claims: [name] })).toBe('appended');
      expect(await change(tested.store, stream, { claims: [name] })).toBe('appended');
      expect(await change(tested.store, someStream(), { claims: [name] })).toBe('unique-value-taken');
    });

    it('are free again after a release', async () => {
      const name = someName();
      const stream = someStream();
      await change(tested.store, stream, { claims: [name] });
      expect(await change(tested.store, stream, { releases: [name] })).toBe('appended');
      expect(await change(tested.store, someStream(), { claims: [name] })).toBe('appended');
      expect(await change(tested.store, stream, { claims: [name] })).toBe('unique-value-taken');
    });

    it('change hands in one step: a rename takes the new name and frees the old one', async () => {
      const [before, after] = [someName(), someName()];
      const stream = someStream();
      await change(tested.store, stream, { claims: [before] });
      expect(await change(tested.store, stream, { claims: [after], releases: [before] })).toBe('appended');
      expect(await change(tested.store, someStream(), { claims: [before] })).toBe('appended');
      expect(await change(tested.store, someStream(), { claims: [after] })).toBe('unique-value-taken');
    });

    it('free nothing when the new name is taken', async () => {
      const [before, after] = [someName(), someName()];
      const stream = someStream();
      await change(tested.store, stream, { claims: [before] });
      await change(tested.store, someStream(), { claims: [after] });
      expect(await change(tested.store, stream, { claims: [after], releases: [before] })).toBe('unique-value-taken');
      expect(await change(tested.store, someStream(), { claims: [before] })).toBe('unique-value-taken');
    });

    it('stay when one change claims and releases the same value, or claims it twice', async () => {
      const name = someName();
      const stream = someStream();
      expect(await change(tested.store, stream, { claims: [name, name], releases: [name, name] })).toBe('appended');
      expect(await change(tested.store, someStream(), { claims: [name] })).toBe('unique-value-taken');
    });

    it('cannot be released by another stream, while a value that nobody holds can', async () => {
      const name = someName();
      await change(tested.store, someStream(), { claims: [name] });
      expect(await change(tested.store, someStream(), { releases: [name] })).toBe('conflict');
      expect(await change(tested.store, someStream(), { claims: [name] })).toBe('unique-value-taken');
      expect(await change(tested.store, someStream(), { releases: [someName()] })).toBe('appended');
    });

    it('go to one of many racing streams', async () => {
      const name = someName();
      const racers = Array.from({ length: 12 }, () => change(tested.store, someStream(), { claims: [name] }));
      const kinds = await Promise.all(racers);
      expect(kinds.filter((kind) => kind === 'appended')).toHaveLength(1);
    });

    it('are told apart by name and by value, also with odd characters', async () => {
      const value = someStream();
      const values = [
        unique('a#b', value),
        unique('a', `b#${value}`),
        unique('a%23b', value),
        unique('A', `b#${value}`),
      ];
      for (const claim of values)
        expect(await change(tested.store, someStream(), { claims: [claim] })).toBe('appended');
    });

    it('matter less than the stream: a claim on a stale token is a conflict', async () => {
      const name = someName();
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      await change(tested.store, stream, {});
      await change(tested.store, someStream(), { claims: [name] });
      const outcome = await tested.store.appendAll([{ token, commit: commitOf([2]) }], {
        claims: [name],
        releases: [],
      });
      expect(outcome).toEqual({ kind: 'conflict' });
    });

    it('are claimed once when the answer is lost and the append sent again', async () => {
      const name = someName();
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const appends = [{ token, commit: commitOf(['once']) }];
      const first = await tested.store.appendAll(appends, { claims: [name], releases: [] });
      expect(first.kind).toBe('appended');
      expect(await tested.store.appendAll(appends, { claims: [name], releases: [] })).toEqual(first);
      await change(tested.store, stream, { releases: [name] });
      await change(tested.store, someStream(), { claims: [name] });
      expect(await tested.store.appendAll(appends, { claims: [name], releases: [] })).toEqual(first);
      expect(await dataOf(tested.store, stream)).toEqual(['once', 1]);
    });
  });
}
