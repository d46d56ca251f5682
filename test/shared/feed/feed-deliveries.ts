/** What a table's stream can do to a relay: deliver out of order, twice and in parallel; and the relay can die at any request. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { RecordedEvent } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/commit.ts';
import type { FeedWriter } from '#shared/feed/feed.ts';
import { history, labels } from './feed-harness.ts';

export type Deliveries = {
  readonly commits: readonly Commit[];
  /** What each relay is given, batch by batch; together they have every stream's last commit. */
  readonly relays: readonly (readonly (readonly Commit[])[])[];
};

const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 });

/** A few streams, delivered to two relays in any order, with repeats and losses; at the end the last of each stream comes. */
export const deliveries: fc.Arbitrary<Deliveries> = fc
  .tuple(sizes, sizes, sizes)
  .map(([a, b, c]) => [history('a', a), history('b', b), history('c', c)])
  .chain((streams) => {
    const commits = streams.flat();
    const last = streams.flatMap((stream) => stream.at(-1) ?? []);
    const batch = fc.array(fc.constantFrom(...commits), { minLength: 1, maxLength: 8 });
    const relay = fc.array(batch, { maxLength: 6 });
    return fc.record({
      commits: fc.constant(commits),
      relays: fc.tuple(
        relay.map((batches) => [...batches, last]),
        relay,
      ),
    });
  });

/** Relays all batches, each relay one after the other and again until it succeeds, as a mapping does. None is stopped. A relay
 * that has died has forgotten everything; one that has only failed has not. */
export async function deliver({ relays }: Deliveries, open: () => FeedWriter, dies: boolean): Promise<void> {
  await Promise.all(
    relays.map(async (batches) => {
      let writer = open();
      for (const batch of batches) {
        const outcomes = await untilItSucceeds(() => {
          if (dies) writer = open();
          return writer.append(batch);
        });
        expect(outcomes.filter(({ kind }) => kind === 'stopped')).toEqual([]);
      }
    }),
  );
}

async function untilItSucceeds<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (attempt === 200) throw error;
    }
  }
}

/** Every commit's events once, each stream in order, positions without a gap in each partition. */
export function expectExactlyOnce(events: readonly RecordedEvent[], commits: readonly Commit[]): void {
  const wanted = commits.flatMap(({ stream, version, events }) =>
    events.map((_, index) => `${stream}@${version + index}`),
  );
  expect(labels(events).toSorted()).toEqual(wanted.toSorted());
  for (const [stream, ofStream] of Map.groupBy(events, ({ context }) => context.stream)) {
    expect(labels(ofStream)).toEqual(ofStream.map((_, index) => `${stream}@${index + 1}`));
  }
  const byPartition = Map.groupBy(events, ({ context }) => context.position?.split('.')[0]);
  for (const ofPartition of byPartition.values()) {
    const positions = ofPartition.map(({ context }) => Number(context.position?.split('.')[1]));
    expect(positions).toEqual(positions.map((_, index) => index + 1));
  }
}
