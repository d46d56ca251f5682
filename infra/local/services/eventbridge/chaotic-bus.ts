/** A bus on a bad day: events come late, again or never to a target, and PutEvents fails for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../../engine/chaos/faults.ts';
import type { putEvents } from './put-events.ts';
import { ServiceError } from './requested-bus.ts';
import type { RuleTarget } from './rule.ts';

type Deliver = RuleTarget['deliver'];

const LATEST_MS = 1_000;

/** Resolves for an event that is lost, too: nobody hears of it. */
export function chaoticDelivery(deliver: Deliver, target: string, faults: Faults): Deliver {
  return async (input) => {
    if (faults.strikes('drop', target)) return;
    if (faults.strikes('reorder', target)) await sleep(faults.chance(target) * LATEST_MS);
    await deliver(input);
    if (faults.strikes('duplicate', target)) await deliver(input);
  };
}

type Put = (body: unknown, region?: string) => ReturnType<typeof putEvents>;

const PLACE = 'PutEvents';
const SHORTEST_OUTAGE_MS = 500;

/** In an outage a request fails before or after its entries are put, or puts every other entry. */
export function chaoticPutEvents(put: Put, faults: Faults): Put {
  let outageUntil = 0;
  return (body, region) => {
    const now = performance.now();
    if (now >= outageUntil && faults.strikes('bus-outage', PLACE)) {
      outageUntil = now + SHORTEST_OUTAGE_MS * (1 + 2 * faults.chance(PLACE));
    }
    if (now >= outageUntil) return put(body, region);
    const way = faults.chance(PLACE) * 3;
    if (way < 1) return putHalf(put, body, region);
    if (way < 2) put(body, region);
    throw new ServiceError('InternalException', 'The bus fails on purpose.', 500);
  };
}

function putHalf(put: Put, body: unknown, region: string | undefined): ReturnType<Put> {
  const all: unknown = Object(body).Entries;
  if (!Array.isArray(all)) return put(body, region);
  const half = all.filter((_, index) => index % 2 === 1);
  const done = half.length === 0 ? [] : put({ ...Object(body), Entries: half }, region).Entries;
  const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'The bus fails on purpose.' };
  const Entries = all.map((_, index) => (index % 2 === 1 ? (done[(index - 1) / 2] ?? failed) : failed));
  return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
}
