/** The suite that all event stores pass. */
import { beforeAll, describe } from 'vitest';
import type { EventDefinitions, StreamId } from '#shared/event/index.ts';
import type { CommitItem, EventStore } from '#shared/event-store/index.ts';
import { kitEvents } from '../../support/commits.ts';
import { abortContract } from './contract/abort.ts';
import { appendContract } from './contract/append.ts';
import { atomicAppendContract } from './contract/atomic-append.ts';
import { corruptionContract } from './contract/corruption.ts';
import { firstFormContract } from './contract/first-form.ts';
import { keptAnswerContract } from './contract/kept-answers.ts';
import { limitsContract } from './contract/limits.ts';
import { readingContract } from './contract/reading.ts';
import { snapshotContract } from './contract/snapshots.ts';
import { uniqueValueContract } from './contract/unique-values.ts';
import { upcastingContract } from './contract/upcasting.ts';

/** A table under test. All its stores see the same streams. */
type TableUnderTest = {
  storeWith(events: EventDefinitions): EventStore;
  /** Damages the log as nothing in Tributary can. */
  remove(stream: StreamId, version: number): Promise<void>;
  put(item: CommitItem): Promise<void>;
};

export type StoreUnderTest = TableUnderTest & { readonly store: EventStore };

export function eventStoreContract(open: () => Promise<TableUnderTest>): void {
  describe('keeps the contract of an event store:', () => {
    const tested = {} as StoreUnderTest; // filled before the first test
    beforeAll(async () => {
      const table = await open();
      Object.assign(tested, table, { store: table.storeWith(kitEvents) });
    });
    appendContract(tested);
    abortContract(tested);
    snapshotContract(tested);
    uniqueValueContract(tested);
    atomicAppendContract(tested);
    keptAnswerContract(tested);
    limitsContract(tested);
    readingContract(tested);
    corruptionContract(tested);
    upcastingContract(tested);
    firstFormContract(tested);
  });
}
