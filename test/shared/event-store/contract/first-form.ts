/** Items that were written before the form of an item became shorter are read exactly as they were meant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RecordedEvent, toStreamId } from '#shared/event/index.ts';
import { type Commit, type CommitItem, type Snapshot, storedCommit } from '#shared/event-store/index.ts';
import { commitOf } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';

type FirstItem = Extract<CommitItem, { readonly why: object }>;

type Stored = {
  readonly item: Omit<FirstItem, 'snapshot'> & { readonly snapshot?: { readonly base64: string } };
  readonly commit: Commit;
  readonly snapshot?: Snapshot;
  /** With events in their newest shape. */
  readonly recorded: readonly RecordedEvent[];
};

/** A stream of three commits, the second with events of three schema versions and a packed snapshot. */
const stored: readonly Stored[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'first-form.json'), 'utf8'),
);
const items = stored.map(
  ({ item: { snapshot, ...item } }): CommitItem => ({
    ...item,
    ...(snapshot && { snapshot: Buffer.from(snapshot.base64, 'base64') }),
  }),
);
const stream = toStreamId('till', 'first-form');
const recorded = stored.flatMap((each) => each.recorded);

export function firstFormContract(tested: StoreUnderTest): void {
  describe('items of the first form', () => {
    beforeAll(async () => {
      for (const item of items) await tested.put(item);
    });

    it('are the commits that they were written from', () => {
      expect(items.map(storedCommit)).toEqual(stored.map(({ commit }) => commit));
    });

    it('are read as events, in their newest shape', async () => {
      const page = await tested.store.readEvents(stream, { after: 0, limit: 10 });
      expect(page).toEqual({ version: recorded.length, events: recorded, next: null });
    });

    it('are loaded, with their commands, and from their snapshot', async () => {
      const whole = await tested.store.load(stream);
      expect(whole.commits.map(({ why }) => why)).toEqual(stored.map(({ commit }) => commit.why));
      const { snapshot, commits } = await tested.store.load(stream, { snapshotSchema: 'tag' });
      expect(snapshot).toMatchObject(stored[1]?.snapshot ?? {});
      expect(commits).toEqual([stored[2]?.commit]);
    });

    it('are followed by those of the present form', async () => {
      const { token } = await tested.store.load(stream);
      expect((await tested.store.append(token, commitOf(['present']))).kind).toBe('appended');
      const { events } = await tested.store.readEvents(stream, { after: recorded.length - 1, limit: 10 });
      expect(events).toMatchObject([{ data: recorded.at(-1)?.data }, { data: 'present' }]);
      await tested.remove(stream, recorded.length + 1);
    });
  });
}
