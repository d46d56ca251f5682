/** An event as rules and targets see it. */
import { randomUUID } from 'node:crypto';

export type BusEntry = {
  readonly source: string;
  readonly detailType: string;
  /** JSON text of an object. */
  readonly detail: string;
  readonly time?: Date;
  readonly resources?: readonly string[];
};

export type Envelope = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
};

/** An event as a value, for patterns and templates, and as the text that a target without an input setting receives. */
export type BusEvent = { readonly envelope: Envelope; readonly text: string };

/**
 * An event of the account and the region of its bus. Throws a `SyntaxError` when the detail is not JSON. The text carries the detail
 * as it was put, numbers of any size included.
 */
export function busEvent(entry: BusEntry, busArn: string, now: Date): BusEvent {
  const [, , , region = '', account = ''] = busArn.split(':');
  const head = {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.detailType,
    source: entry.source,
    account,
    time: wholeSeconds(entry.time ?? now),
    region,
    resources: entry.resources ?? [],
  } as const;
  const detail: unknown = JSON.parse(entry.detail);
  return { envelope: { ...head, detail }, text: `${JSON.stringify(head).slice(0, -1)},"detail":${entry.detail}}` };
}

/** What a rule with a schedule hands to its targets. */
export function scheduledEvent(ruleArn: string, busArn: string, now: Date): BusEvent {
  const entry = { source: 'aws.events', detailType: 'Scheduled Event', detail: '{}', resources: [ruleArn] };
  return busEvent(entry, busArn, now);
}

/** ISO 8601 in UTC without a fraction, as EventBridge writes times. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
