/** What must hold of rows and entries at the end of a run. Each check throws a breach. */
import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent, StreamId } from '#shared/event/index.ts';
import { categoryOf } from '#shared/event/index.ts';
import { lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { allParked } from '#shared/projection/index.ts';
import { type Content, contentOf, expectedContent } from '../shared/projection/projection-harness.ts';
import { assertHolds } from './breach.ts';
import { logOf } from './check-log.ts';
import type { Poison } from './random-plan.ts';
import type { SimulatedContext } from './simulated-context.ts';

type View = SimulatedContext['views'][number];

const streamsOf = (context: SimulatedContext, { follower }: Pick<View, 'follower'>) =>
  [...logOf(context)].filter(([stream]) => follower.categories.includes(categoryOf(stream)));

/** The streams of which a row lacks something, that are not parked. */
export async function streamsBehind(context: SimulatedContext): Promise<string[]> {
  const behind: string[] = [];
  for (const one of context.followers) {
    for (const [stream, commits] of streamsOf(context, one)) {
      const row = await one.table.read(stream);
      const [last] = commits.slice(-1);
      const isThere = last !== undefined && row?.watermark === lastVersion(last) && row.announced === undefined;
      if (!isThere && row?.parked === undefined) behind.push(`${one.follower.name} of ${stream}`);
    }
  }
  return behind;
}

/** Every row and entry is what the events of its stream make of it, also where it is parked: up to there. */
export async function checkContents(context: SimulatedContext): Promise<void> {
  for (const view of context.views) {
    const { projection } = view;
    for (const [stream] of streamsOf(context, view)) {
      const { parked, ...all }: Content & { readonly parked?: unknown } = await contentOf(
        view.table,
        context.store,
        projection,
        stream,
      );
      // A change that was announced, and then parked by code that cannot apply it, is completed by the redrive.
      const isBegun = parked !== undefined && all.announced !== undefined;
      const [content, whole] = [all, await expectedContent(context.store, projection, stream, all.watermark)].map(
        ({ watermark, row, announced, entries }) =>
          isBegun ? { watermark, row } : { watermark, row, announced, entries },
      );
      assertHolds(
        isDeepStrictEqual(content, whole),
        'rows and entries are the fold of their streams',
        `${projection.name} of ${stream}${parked ? ' (parked)' : ''} is ${shortened(content)} instead of ${shortened(whole)}`,
      );
    }
  }
}

const shortened = (content: unknown) => JSON.stringify(content).slice(0, 600);

/** Only the poisoned stream is parked, at the event that cannot be applied, and nothing is in a dead-letter queue. */
export async function checkParked(context: SimulatedContext, poison: Poison | undefined): Promise<void> {
  for (const { follower: projection, table, queue } of context.followers) {
    const isOurs = poison?.projection === projection.name;
    const commits = isOurs ? (logOf(context).get(poison.stream as StreamId) ?? []) : []; // planned so
    const isReached = commits.some((commit) => lastVersion(commit) >= (poison?.version ?? 0));
    const parked = (await allParked(table)).map(({ stream, version }) => `${stream} at ${version}`);
    const expected = isOurs && isReached ? [`${poison.stream} at ${poison.version}`] : [];
    const isPassed = parked.length === 0 && poison?.everywhere === false;
    assertHolds(
      isPassed || isDeepStrictEqual(parked.map(streamOf), expected.map(streamOf)),
      'nothing is parked that should not be',
      `${projection.name} has parked [${parked}] instead of [${expected}]`,
    );
    const row = isOurs ? await table.read(poison.stream as StreamId) : undefined; // planned so
    const isWhere = row?.parked === undefined || row.parked.version === row.watermark + 1;
    assertHolds(isWhere, 'a stream is parked behind its row', `${parked} has row ${row?.watermark}`);
    const [letter] = queue.deadLetters;
    assertHolds(letter === undefined, 'nothing true ends in a dead-letter queue', `${letter} did`);
  }
}

const streamOf = (parked: string) => parked.split(' at ')[0];

/** The balance of an account is the sum of its events, in both of its views, and never below zero on the way. */
export async function checkMoney(context: SimulatedContext): Promise<void> {
  for (const [stream, commits] of logOf(context)) {
    if (categoryOf(stream) !== 'account') continue;
    let balance = 0;
    for (const event of commits.flatMap(recordedEvents)) {
      balance += amountOf(event);
      assertHolds(balance >= 0, 'no account is overdrawn', `${stream} has ${balance}`);
    }
    for (const { projection, table } of context.views) {
      if (!projection.categories.includes('account')) continue;
      const { row } = (await table.read(stream)) ?? {};
      const { balance: told = undefined, total = told } = row as { readonly balance?: number; readonly total?: number };
      assertHolds(
        total === balance,
        'money is conserved',
        `${projection.name} of ${stream} has ${total}, not ${balance}`,
      );
    }
  }
}

function amountOf({ context: { what }, data }: RecordedEvent): number {
  const { amount = 0 } = data as { readonly amount?: number };
  return what === 'MoneyWithdrawn' ? -amount : amount;
}
