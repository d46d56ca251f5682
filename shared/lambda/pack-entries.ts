/** Which entries go into one PutEvents request? */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

/** Limits of PutEvents: 10 entries, and 1 MB in all. Source: Amazon EventBridge quotas, since 2026-01-29. */
export const MAXIMUM_ENTRIES = 10;
export const MAXIMUM_REQUEST_BYTES = 1_000_000;

/** Size as the service counts it: 14 bytes for the time, and the UTF-8 length of the texts. */
export function entryBytes({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return (Time === undefined ? 0 : 14) + texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
}

/**
 * Requests that keep the order of the items and the limits of the service; none is empty. An item too large for any request
 * stands alone.
 */
export function packEntries<Item>(items: readonly Item[], entryOf: (item: Item) => PutEventsRequestEntry): Item[][] {
  const requests: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = entryBytes(entryOf(item));
    const request = requests.at(-1);
    if (request !== undefined && request.length < MAXIMUM_ENTRIES && bytes + size <= MAXIMUM_REQUEST_BYTES) {
      request.push(item);
      bytes += size;
    } else {
      requests.push([item]);
      bytes = size;
    }
  }
  return requests;
}
