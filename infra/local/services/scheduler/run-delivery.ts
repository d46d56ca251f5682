/** One run of a schedule reaches its target, or its dead-letter queue when it does not. */
import { randomUUID } from 'node:crypto';
import { type Clock, wait } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import { wholeSeconds } from '../eventbridge/bus-event.ts';
import { backOff, textAttributes } from '../eventbridge/target-delivery.ts';
import type { LocalQueue } from '../sqs/queue.ts';
import type { ScheduleTarget } from './schedule-properties.ts';
import { CallFailure, type TargetCall } from './target-call.ts';
import { targetInput } from './target-input.ts';

/** Retry policy of a schedule without one [GetSchedule: 24 hours and 185 times]. */
export const DEFAULT_RETRY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

export type RunDelivery = {
  readonly scheduleArn: string;
  readonly target: ScheduleTarget;
  /** When it was due. */
  readonly scheduledAt: number;
  readonly call: (input: string) => TargetCall;
  /** The queue with the ARN, if there is one. */
  readonly queue: (arn: string) => LocalQueue | undefined;
  readonly clock: Clock;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Ends the delivery: nothing is retried or dead-lettered any more. */
  readonly signal: AbortSignal;
};

type Failed = {
  readonly call: TargetCall;
  readonly failure: CallFailure;
  readonly executionId: string;
  readonly retried: number;
};

/**
 * Delivers at least once: tries now, and after growing waits again until the target accepts, the retries or the age run out,
 * or the signal ends it. Never rejects. A run that could not be delivered goes to the dead-letter queue as the request that
 * failed, without one it is dropped with a warning.
 */
export async function deliverRun(run: RunDelivery): Promise<void> {
  const { target, clock, random, log, signal, scheduleArn } = run;
  const policy = { ...DEFAULT_RETRY, ...target.RetryPolicy };
  const deadline = clock.now() + policy.MaximumEventAgeInSeconds * 1000;
  for (let retried = 0; !signal.aborted; retried += 1) {
    const failed = await attempt(run, retried);
    if (failed === undefined) return;
    const { failure } = failed;
    const waitMs = backOff(retried, random());
    if (!failure.retryable) return giveUp(run, failed);
    if (retried >= policy.MaximumRetryAttempts) return giveUp(run, failed, 'MaximumRetryAttempts');
    if (clock.now() + waitMs > deadline) return giveUp(run, failed, 'MaximumEventAgeInSeconds');
    log('warn', scheduleArn, `${told(failure)}, next try in ${(waitMs / 1000).toFixed(1)} s`);
    await wait(waitMs, signal, clock);
  }
  log('warn', scheduleArn, 'stopped before a run was delivered; it is lost');
}

async function attempt(run: RunDelivery, retried: number): Promise<Failed | undefined> {
  const { scheduleArn, scheduledAt, target } = run;
  const executionId = randomUUID();
  const call = run.call(targetInput(target.Input, { scheduleArn, scheduledAt, executionId, number: retried + 1 }));
  try {
    await call.carryOut();
    return undefined;
  } catch (error) {
    const failure =
      error instanceof CallFailure ? error : new CallFailure('AWS.Scheduler.InternalServerError', String(error), true);
    return { call, failure, executionId, retried };
  }
}

function told({ code, message }: CallFailure): string {
  return `delivery failed (${code}: ${message})`;
}

/** Body and attributes: the EventBridge Scheduler guide, "Configuring a schedule's dead-letter queue". */
function giveUp(run: RunDelivery, { call, failure, executionId, retried }: Failed, exhausted?: string): void {
  const { scheduleArn, scheduledAt, target, log } = run;
  const arn = target.DeadLetterConfig?.Arn;
  if (arn === undefined) {
    log('warn', scheduleArn, `${told(failure)}, dropped: it has no dead-letter queue`);
    return;
  }
  try {
    const queue = run.queue(arn);
    if (queue === undefined) throw new Error('it does not exist');
    queue.send({
      body: JSON.stringify(call.request),
      attributes: textAttributes({
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        EXECUTION_ID: executionId,
        EXHAUSTED_RETRY_CONDITION: exhausted,
        IS_PAYLOAD_TRUNCATED: 'false',
        RETRY_ATTEMPTS: String(retried),
        SCHEDULED_TIME: wholeSeconds(new Date(scheduledAt)),
        SCHEDULE_ARN: scheduleArn,
        TARGET_ARN: `arn:aws:scheduler:::aws-sdk:${call.action}`,
      }),
    });
    log('warn', scheduleArn, `${told(failure)}, moved to ${queue.name}`);
  } catch (error) {
    log('error', scheduleArn, `${told(failure)}, lost: its dead-letter queue ${arn} refused it: ${String(error)}`);
  }
}
