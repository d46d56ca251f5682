/**
 * Two rules make a commit get into the feed exactly once. A batch is added at the position after the newest, which only one
 * writer can do. And it is added only when the index has every commit of the batch before it: so what neither the index nor the
 * newest batch has was not fed when that batch was the newest.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventDefinitions, KitError } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import type { FedCommit, FeedLog, FeedOutcome, FeedWriter } from './feed.ts';
import { indexEntries, packCommits, unreadableBy } from './feed-batch.ts';
import { planFeed } from './feed-plan.ts';
import { partitionOf } from './feed-position.ts';
import { endOf, type FeedBatch, type FeedTable, indexKey } from './feed-table.ts';
import { advance, after, completeIndex, type FeedTail, fedUpTo, findPositions, tailAt } from './feed-tail.ts';

type FeedWriterOptions = {
  readonly table: FeedTable;
  readonly log: FeedLog;
  /** Of a feed that is begun now. One that was begun keeps its number, since the place of a commit depends on it. */
  readonly partitions: number;
  /**
   * With them, a commit that they cannot bring into its newest shape is not fed: every reader of the feed would stop at it.
   * Without them every stored commit is fed.
   */
  readonly events?: EventDefinitions;
  /** Waits after a lost race. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly random?: () => number;
  readonly warn?: (line: string) => void;
};

/** Every lost race means that another writer has fed a batch. */
const MAXIMUM_RACES = 100;

/** The longest wait after the first lost race; it doubles up to what some 16 writers take in turn. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 320;

/** The writer of a feed. Calls for the same partition wait for each other. */
export function createFeedWriter(options: FeedWriterOptions): FeedWriter {
  const { table, partitions: configured, warn = console.warn } = options;
  const writers = new Map<number, ReturnType<typeof partitionWriter>>();
  let partitions: number | undefined;

  async function recordedPartitions(): Promise<number> {
    const recorded = (await table.partitions(configured)) ?? configured;
    if (recorded !== configured) {
      warn(
        `The feed was begun with ${recorded} partitions and keeps them, though ${configured} are configured. ` +
          'For another number give the context a new feed table and fill it with npm run verify -- --repair.',
      );
    }
    return recorded;
  }

  function writerOf(partition: number) {
    const writer = writers.get(partition) ?? partitionWriter(partition, options);
    writers.set(partition, writer);
    return writer;
  }

  return {
    async append(commits) {
      partitions ??= await recordedPartitions();
      const count = partitions;
      const byPartition = Map.groupBy(commits, ({ stream }) => partitionOf(stream, count));
      const outcomes = await Promise.all(
        [...byPartition].map(([partition, ofPartition]) => writerOf(partition)(ofPartition)),
      );
      const byKey = new Map(outcomes.flatMap((one) => [...one]));
      return commits.map((commit) => outcomeOf(byKey, commit));
    },
  };
}

type Outcomes = Map<string, FeedOutcome>;

/** Feeds commits of one partition, and gives their outcomes by `indexKey`. */
function partitionWriter(
  partition: number,
  options: FeedWriterOptions,
): (commits: readonly Commit[]) => Promise<Outcomes> {
  const { table, log, pause = sleep, random = Math.random } = options;
  const unreadable = unreadableBy(options.events);
  let remembered: FeedTail | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function feed(commits: readonly Commit[]): Promise<Outcomes> {
    const outcomes = collectOutcomes(commits);
    for (let races = 0; races < MAXIMUM_RACES; ) {
      const open = outcomes.open();
      if (open.length === 0) return outcomes.byKey;
      remembered ??= tailAt(await table.newest(partition));
      const tail = remembered;
      const positions = await findPositions(table, tail, open);
      const unfed = open.filter((commit) => {
        const position = positions.of(after(commit));
        if (position !== undefined) outcomes.fed({ commit, place: { partition, position } });
        return position === undefined;
      });
      const plan = await planFeed(unfed, {
        log,
        unreadable,
        fedUpTo: (commit) => fedUpTo(table, tail, positions, commit),
      });
      if (plan.commits.length > 0) {
        const batch = packCommits(partition, tail.end + 1, plan.commits);
        await completeIndex(table, tail, positions);
        if (await table.add(batch)) {
          const placed = placedIn(batch, plan.commits);
          for (const one of placed) outcomes.fed(one);
          advance(
            tail,
            batch,
            placed.map(({ commit, place: { position } }) => ({ ...after(commit), position })),
          );
          await completeIndex(table, tail);
          continue;
        }
        await pause(random() * Math.min(FIRST_PAUSE_MS * 2 ** races, LONGEST_PAUSE_MS));
      }
      if (unfed.length === 0) continue;
      const others = await catchUp(tail);
      if (plan.commits.length === 0 && !others) {
        for (const commit of unfed) outcomes.stopped(commit, plan.stops.get(commit.stream));
      }
      races += 1;
    }
    throw new KitError('store-unavailable', `Other writers were faster ${MAXIMUM_RACES} times. Try again.`, {
      retryable: true,
    });
  }

  /** Moves the tail on over what others have fed, and says whether they have. When that is much, it is forgotten instead. */
  async function catchUp(tail: FeedTail): Promise<boolean> {
    const { batches, more } = await table.following(partition, tail.end);
    for (const batch of more ? [] : batches) advance(tail, batch, indexEntries(batch));
    if (more) remembered = undefined;
    return batches.length > 0;
  }

  return (commits) => {
    const mine = turn.then(() => feed(commits));
    turn = mine.catch(() => {});
    return mine;
  };
}

/** What becomes of each commit of a call, and of those that were fed before them. */
function collectOutcomes(commits: readonly Commit[]) {
  const asked = new Map(commits.map((commit) => [keyOf(commit), commit]));
  const byKey: Outcomes = new Map();
  const missed = new Map<string, FedCommit[]>();
  const missedBefore = ({ stream }: Commit) => {
    const found = missed.get(stream) ?? [];
    missed.delete(stream);
    return found;
  };
  return {
    byKey,
    open: () => [...asked.values()].filter((commit) => !byKey.has(keyOf(commit))),
    fed({ commit, place }: FedCommit) {
      if (asked.has(keyOf(commit))) byKey.set(keyOf(commit), { kind: 'fed', place, missed: missedBefore(commit) });
      else missed.set(commit.stream, [...(missed.get(commit.stream) ?? []), { commit, place }]);
    },
    stopped(commit: Commit, stop: Extract<FeedOutcome, { kind: 'stopped' }>['stop'] | undefined) {
      if (stop !== undefined) byKey.set(keyOf(commit), { kind: 'stopped', stop, missed: missedBefore(commit) });
    },
  };
}

/** The commits that a batch begins with, as many as it holds, each at its place. */
function placedIn(batch: FeedBatch, commits: readonly Commit[]): FedCommit[] {
  const placed: FedCommit[] = [];
  let { position } = batch;
  for (const commit of commits) {
    if (position > endOf(batch)) break;
    placed.push({ commit, place: { partition: batch.partition, position } });
    position += commit.events.length;
  }
  return placed;
}

const keyOf = (commit: Commit): string => indexKey(after(commit));

function outcomeOf(outcomes: ReadonlyMap<string, FeedOutcome>, commit: Commit): FeedOutcome {
  const outcome = outcomes.get(keyOf(commit));
  if (outcome === undefined) throw new Error(`The commit ${keyOf(commit)} has no outcome.`);
  return outcome;
}
