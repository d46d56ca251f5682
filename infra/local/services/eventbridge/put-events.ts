/** Every entry of a PutEvents request is accepted or refused by itself. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../../engine/log.ts';
import type { BusEntry } from './bus-event.ts';
import { type Buses, findBus, ServiceError } from './requested-bus.ts';

/** Limits of one request [PutEvents in the API reference; 1 MB since January 2026]. The total must stay below the size. */
const MOST_ENTRIES = 10;
const TOTAL_BYTES = 1_048_576;
const TIME_BYTES = 14;
const DEEPEST_DETAIL = 1000;

const Entry = z.object({
  Time: z.number().min(-8.64e12).max(8.64e12).nullish(),
  Source: z.string().nullish(),
  Resources: z.array(z.string()).nullish(),
  DetailType: z.string().nullish(),
  Detail: z.string().nullish(),
  EventBusName: z.string().nullish(),
});
type Entry = z.infer<typeof Entry>;
const Request = z.object({ Entries: z.array(Entry) });

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/**
 * Puts every acceptable entry on its bus and says for each, in order, its id or its error; a caller retries only the failed ones.
 * An unknown bus accepts and loses the event, as the service does, and the log says so. Throws `ServiceError` when the request as a
 * whole is refused; then nothing was put.
 */
export function putEvents(
  body: unknown,
  buses: Buses,
  log: Log,
  region?: string,
): { FailedEntryCount: number; Entries: EntryResult[] } {
  const request = Request.safeParse(body);
  if (!request.success) throw new ServiceError('SerializationException', z.prettifyError(request.error));
  const entries = request.data.Entries;
  checkCount(entries.length);
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= TOTAL_BYTES) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  const results = entries.map((entry) => putEntry(entry, buses, log, region));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function checkCount(count: number): void {
  if (count >= 1 && count <= MOST_ENTRIES) return;
  const shown = Array.from({ length: count }, () => 'PutEventsRequestEntry(...)').join(', ');
  const limit = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ENTRIES}`;
  throw new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '[${shown}]' at 'entries' failed to satisfy constraint: Member must have length ${limit}`,
  );
}

function entryBytes({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source ?? '', DetailType ?? '', Detail ?? '', ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), typeof Time === 'number' ? TIME_BYTES : 0);
}

function putEntry(entry: Entry, buses: Buses, log: Log, region?: string): EntryResult {
  const accepted = checkEntry(entry);
  if ('ErrorCode' in accepted) return accepted;
  const bus = findBus(buses, entry.EventBusName, region);
  if (bus) return { EventId: bus.put(accepted).eventId };
  const known = [...buses.values()].map(({ name }) => name).join(', ') || 'none';
  log(
    'error',
    'events',
    `no bus ${entry.EventBusName ?? 'default'}: ${accepted.detailType} is lost; buses here: ${known}`,
  );
  return { EventId: randomUUID() };
}

function checkEntry({
  Source,
  DetailType,
  Detail,
  Time,
  Resources,
}: Entry): BusEntry | { ErrorCode: string; ErrorMessage: string } {
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (!isObjectText(Detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' };
  }
  return {
    source: Source,
    detailType: DetailType,
    detail: Detail,
    ...(typeof Time === 'number' && { time: new Date(Time * 1000) }),
    ...(Resources && { resources: Resources }),
  };
}

function missing(name: string): { ErrorCode: string; ErrorMessage: string } {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}

/** JSON text of an object that is not nested too deeply. */
function isObjectText(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[{\]}]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > DEEPEST_DETAIL) return false;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
