/** What a target of a schedule is given: its Input with the placeholders filled in, or the event that says so by default. */
import { randomUUID } from 'node:crypto';
import { wholeSeconds } from '../eventbridge/bus-event.ts';

/** One try of one run. */
export type Attempt = {
  readonly scheduleArn: string;
  readonly scheduledAt: number;
  /** Another one for each try. */
  readonly executionId: string;
  /** From 1 on. */
  readonly number: number;
};

const PLACEHOLDER = /<aws\.scheduler\.(schedule-arn|scheduled-time|execution-id|attempt-number)>/g;

/** Placeholders are replaced as text, wherever they stand (EventBridge Scheduler guide, "Context attributes"). */
export function targetInput(input: string | undefined, attempt: Attempt): string {
  const time = wholeSeconds(new Date(attempt.scheduledAt));
  if (input === undefined) return defaultInput(attempt.scheduleArn, time);
  const values: Readonly<Record<string, string>> = {
    'schedule-arn': attempt.scheduleArn,
    'scheduled-time': time,
    'execution-id': attempt.executionId,
    'attempt-number': String(attempt.number),
  };
  return input.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
}

/** As a function sees it; the detail is a text. */
function defaultInput(scheduleArn: string, time: string): string {
  const [, , , region = '', account = ''] = scheduleArn.split(':');
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account,
    time,
    region,
    resources: [scheduleArn],
    detail: '{}',
  });
}
