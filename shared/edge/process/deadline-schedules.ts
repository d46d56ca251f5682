/** Deadlines are one-time schedules of EventBridge Scheduler that put a hint on the process manager's queue, and are gone then. */
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { createBoundedCache } from '#shared/event/index.ts';
import type { DeadlineSchedule, ScheduledDeadline } from '#shared/process-manager/index.ts';

type ScheduleOptions = {
  readonly client: SchedulerClient;
  /** Of the context's deadlines. */
  readonly group: string;
  /** Lets the schedules send to both queues. */
  readonly roleArn: string;
  readonly queueArn: string;
  readonly deadLetterArn: string;
};

/** A day: as long as Scheduler tries at most. Source: EventBridge Scheduler API reference, RetryPolicy. */
const MAXIMUM_AGE_SECONDS = 86_400;

const SECOND_MS = 1_000;

/** Seconds, rounded up, since a schedule has no parts of one; so it is never early. */
const timeOf = ({ at }: ScheduledDeadline) => new Date(Math.ceil(Date.parse(at) / SECOND_MS) * SECOND_MS).toISOString();

/** Schedules that a process does not set again: those that it has set last. */
const REMEMBERED = 10_000;

/** Named by the deadline's key, so setting one twice makes one. Throws what the service throws; all of it is safe to retry. */
export function deadlineSchedules({
  client,
  group: GroupName,
  roleArn: RoleArn,
  queueArn: Arn,
  deadLetterArn,
}: ScheduleOptions): DeadlineSchedule {
  const known = createBoundedCache<string, true>({
    maximumValues: REMEMBERED,
    maximumBytes: REMEMBERED,
    bytesOf: () => 1,
  });
  return {
    async set(deadline) {
      const { stream, version, key: Name, at } = deadline;
      if (known.get(Name)) return;
      const notBefore = new Date(at).toISOString();
      const schedule = new CreateScheduleCommand({
        GroupName,
        Name,
        ScheduleExpression: `at(${timeOf(deadline).slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn,
          RoleArn,
          Input: JSON.stringify({ stream, version, notBefore }),
          RetryPolicy: { MaximumEventAgeInSeconds: MAXIMUM_AGE_SECONDS, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: deadLetterArn },
        },
      });
      await client.send(schedule).catch((error: unknown) => {
        // Somebody has set this very deadline.
        if (!(error instanceof ConflictException)) throw error;
      });
      known.set(Name, true);
    },

    async cancel({ key: Name }) {
      await client.send(new DeleteScheduleCommand({ GroupName, Name })).catch((error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      });
    },
  };
}
