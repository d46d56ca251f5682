/** A snapshot is read by the code that can read it, and by nobody else. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '#shared/event/index.ts';
import { type EventStore, recordedEvents, type Snapshot } from '#shared/event-store/index.ts';
import { commitOf, someStream } from '../../../support/commits.ts';
import type { StoreUnderTest } from '../event-store.contract.ts';
import { appended } from './append.ts';

const snapshot = (schema: string, state: unknown): Snapshot => ({
  schema,
  state,
  commands: [{ id: 'c', payloadHash: 'h', version: 1 }],
});

/** One commit of two events for each tag; without a tag, without a snapshot. */
async function withSnapshots(store: EventStore, ...tags: (string | undefined)[]): Promise<StreamId> {
  const stream = someStream();
  let { token } = await store.load(stream);
  for (const tag of tags) {
    const state = { after: token.version + 2 };
    const commit = commitOf(['a', 'b'], tag === undefined ? {} : { snapshot: snapshot(tag, state) });
    token = await appended(store, token, commit);
  }
  return stream;
}

const versionsOf = (commits: readonly { readonly version: number }[]) => commits.map(({ version }) => version);

export function snapshotContract(tested: StoreUnderTest): void {
  describe('snapshots', () => {
    it('load gives the newest with the tag that is asked for, and the commits after it', async () => {
      const stream = await withSnapshots(tested.store, undefined, 'new', 'new', undefined, undefined);
      const loaded = await tested.store.load(stream, { snapshotSchema: 'new' });
      const { schema: _, ...stored } = snapshot('new', { after: 6 });
      expect(loaded.snapshot).toEqual({ schema: 'new', ...stored, bytes: JSON.stringify(stored).length });
      expect(versionsOf(loaded.commits)).toEqual([7, 9]);
      expect(loaded.token.version).toBe(10);
    });

    it('load passes over newer ones with another tag', async () => {
      const stream = await withSnapshots(tested.store, 'mine', undefined, 'other', 'other');
      const loaded = await tested.store.load(stream, { snapshotSchema: 'mine' });
      expect(loaded.snapshot?.state).toEqual({ after: 2 });
      expect(versionsOf(loaded.commits)).toEqual([3, 5, 7]);
    });

    it('load reads from the beginning when none has the tag, or none is asked for', async () => {
      const stream = await withSnapshots(tested.store, 'mine', 'mine');
      for (const options of [{ snapshotSchema: 'another' }, {}, undefined]) {
        const loaded = await tested.store.load(stream, options);
        expect(loaded).not.toHaveProperty('snapshot');
        expect(versionsOf(loaded.commits)).toEqual([1, 3]);
      }
    });

    it('a snapshot on the newest commit leaves no commits to fold', async () => {
      const stream = await withSnapshots(tested.store, undefined, 'tag');
      const loaded = await tested.store.load(stream, { snapshotSchema: 'tag' });
      expect(loaded).toMatchObject({ token: { version: 4 }, commits: [], bytes: 0 });
    });

    it('a tail begins after the token, or at the newest usable snapshot in it', async () => {
      const stream = await withSnapshots(tested.store, 'tag');
      const { token } = await tested.store.load(stream);
      const second = await appended(tested.store, token, commitOf(['c']));
      const third = await appended(tested.store, second, commitOf(['d'], { snapshot: snapshot('tag', 'at 4') }));
      await appended(tested.store, third, commitOf(['e']));

      const plain = await tested.store.loadTail(token);
      expect(plain).not.toHaveProperty('snapshot');
      expect(versionsOf(plain.commits)).toEqual([3, 4, 5]);

      const tail = await tested.store.loadTail(token, { snapshotSchema: 'tag' });
      expect(tail.snapshot?.state).toBe('at 4');
      expect(versionsOf(tail.commits)).toEqual([5]);
      expect(tail.token).toEqual({ stream, version: 5 });

      const beyond = await tested.store.loadTail(third, { snapshotSchema: 'tag' });
      expect(beyond).not.toHaveProperty('snapshot');
      expect(versionsOf(beyond.commits)).toEqual([5]);
    });

    it('an empty tail ends where the token does', async () => {
      const stream = await withSnapshots(tested.store, 'tag');
      const { token } = await tested.store.load(stream);
      expect(await tested.store.loadTail(token, { snapshotSchema: 'tag' })).toEqual({ token, commits: [], bytes: 0 });
    });

    it('an append says how long the one is that it has written', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const { schema, ...stored } = snapshot('tag', { sum: 'é' });
      const snapshotBytes = Buffer.byteLength(JSON.stringify({ state: stored.state, commands: stored.commands }));
      const after = { token: { stream, version: 1 }, snapshotBytes };
      const carrier = commitOf([1], { snapshot: { schema, ...stored } });
      expect(await tested.store.append(token, carrier)).toEqual({ kind: 'appended', streams: [after] });
      expect(await tested.store.append(token, carrier)).toEqual({ kind: 'appended', streams: [after] });
      const { token: other } = await tested.store.load(someStream());
      const outcome = await tested.store.appendAll([{ token: other, commit: carrier }]);
      expect(outcome).toMatchObject({ streams: [{ snapshotBytes }] });
    });

    it('one that does not fit is left out, and the commit is recorded', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const commit = commitOf([1], { snapshot: snapshot('tag', randomBytes(500_000).toString('base64')) });
      const outcome = await tested.store.append(token, commit);
      expect(outcome).toEqual({ kind: 'appended', streams: [{ token: { stream, version: 1 } }] });
      const loaded = await tested.store.load(stream, { snapshotSchema: 'tag' });
      expect(loaded).not.toHaveProperty('snapshot');
      expect(loaded.token.version).toBe(1);
    });

    it('one whose text would not fit is packed, and comes back as it was', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const state = { entries: Array.from({ length: 20_000 }, (_, entry) => ({ on: '2026-01-01', amount: entry })) };
      await appended(tested.store, token, commitOf([1], { snapshot: snapshot('tag', state) }));
      expect((await tested.store.load(stream, { snapshotSchema: 'tag' })).snapshot?.state).toEqual(state);
    });

    it('one far beyond what could be packed is left out', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      await appended(tested.store, token, commitOf([1], { snapshot: snapshot('tag', 'x'.repeat(5_000_000)) }));
      expect(await tested.store.load(stream, { snapshotSchema: 'tag' })).not.toHaveProperty('snapshot');
    });

    it('never leave the store otherwise: not in a commit, not in an event', async () => {
      const stream = await withSnapshots(tested.store, 'tag', 'tag');
      const commit = await tested.store.readCommit(stream, 1);
      const { commits } = await tested.store.load(stream);
      const { events } = await tested.store.readEvents(stream, { after: 0, limit: 10 });
      for (const seen of [commit, ...commits, ...events, ...commits.flatMap(recordedEvents)]) {
        expect(JSON.stringify(seen)).not.toMatch(/snapshot|"after"|payloadHash":"h"/);
      }
    });

    it('counts the stored bytes after the snapshot, in bytes and not in characters', async () => {
      const stream = someStream();
      const { token } = await tested.store.load(stream);
      const first = await appended(
        tested.store,
        token,
        commitOf(['x'.repeat(9_999)], { snapshot: snapshot('tag', 0) }),
      );
      await appended(tested.store, first, commitOf(['語'.repeat(1_000)]));
      const { bytes } = await tested.store.load(stream, { snapshotSchema: 'tag' });
      expect(bytes).toBeGreaterThan(3_000);
      expect(bytes).toBeLessThan(4_000);
    });
  });
}
