/** How is a batch request answered entry by entry? */
import { SqsError } from './sqs-error.ts';

const MAXIMUM_ENTRIES = 10;

type BatchAnswer<Answer> = {
  readonly Successful: readonly (Answer & { readonly Id: string })[];
  readonly Failed: readonly {
    readonly Id: string;
    readonly SenderFault: true;
    readonly Code: string;
    readonly Message: string;
  }[];
};

/** Handles each entry by itself: the ones that SQS refuses are named under `Failed`. Throws for an unfit batch. */
export function eachEntry<Entry extends { readonly Id: string }, Answer>(
  entries: readonly Entry[],
  handle: (entry: Entry) => Answer,
): BatchAnswer<Answer> {
  refuseUnfit(entries);
  const successful: (Answer & { Id: string })[] = [];
  const failed: BatchAnswer<Answer>['Failed'][number][] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...handle(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function refuseUnfit(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAXIMUM_ENTRIES) {
    const text = `Maximum number of entries per request are ${MAXIMUM_ENTRIES}. You have sent ${entries.length}.`;
    throw new SqsError('TooManyEntriesInBatchRequest', text);
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) {
      const text =
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw new SqsError('InvalidBatchEntryId', text);
    }
    if (seen.has(Id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
}
