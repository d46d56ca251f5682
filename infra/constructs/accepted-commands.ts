/** Commands that are answered later run on a queue that keeps the order of each stream, a function, and a log of what came of them. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { DeduplicationScope, FifoThroughputLimit, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type ContextCatalog, METRIC_NAMESPACE } from '#shared/catalog/index.ts';
import { COMMANDS_TABLE, EVENTS_TABLE } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { functionName } from '../deployed-names.ts';
import { grantInTransactions, handlerFunction, handlersOf } from './handler-function.ts';
import { namedTable } from './named-table.ts';
import { runbookAlarm } from './runbook-alarm.ts';

/** As long as a direct command may take. */
const FUNCTION_TIMEOUT = Duration.seconds(25);

/** Six times the function's time. Source: AWS Lambda developer guide, configuring a queue as an event source. */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds());

/** With a minute at most between two of them, a command is tried for about an hour before it has failed. */
const MAXIMUM_RECEIVES = 60;

/** A try that does not end comes back with the visibility timeout, any other sooner: a command waits no longer for its own tries. */
const ALL_TRIES = Duration.seconds(MAXIMUM_RECEIVES * VISIBILITY_TIMEOUT.toSeconds());

/**
 * Writing down that a command has failed has failed once and been tried again. Its message is hidden nearly all of that time, so
 * it cannot be counted; from the third receive on its age may not be told either. Source: SQS developer guide, CloudWatch metrics.
 */
const NOT_WRITTEN_DOWN = Duration.seconds(1.5 * VISIBILITY_TIMEOUT.toSeconds());

/** Streams at a time. */
const MAXIMUM_CONCURRENCY = 10;

/**
 * One message at a time for each stream: a message behind one that fails would be counted as received with it, and given up
 * without ever having been tried.
 */
const BATCH_SIZE = 1;

/** Streams do not share what a queue takes in a second. Source: SQS developer guide, high throughput for FIFO queues. */
const FIFO = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  visibilityTimeout: VISIBILITY_TIMEOUT,
  retentionPeriod: Duration.days(14),
} as const;

type AcceptedCommandsProps = {
  readonly context: ContextCatalog;
  readonly config: Config;
  readonly eventsTable: TableV2;
};

/** It is an alarm when a command was given up, when not even that can be written down, and when nobody takes commands at all. */
export class AcceptedCommands extends Construct {
  readonly log: TableV2;
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { context, config, eventsTable }: AcceptedCommandsProps) {
    super(scope, id);
    const name = functionName(config, context.name, 'accepted');
    this.log = namedTable(this, COMMANDS_TABLE, {
      timeToLiveAttribute: COMMANDS_TABLE.timeToLive,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const deadLetters = new Queue(this, 'DeadLetters', FIFO);
    this.queue = new Queue(this, 'Queue', {
      ...FIFO,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAXIMUM_RECEIVES },
    });
    const target = handlerFunction(this, 'Function', {
      name,
      entry: handlersOf(context),
      handler: 'accepted',
      environment: {
        QUEUE_URL: this.queue.queueUrl,
        DEAD_LETTER_ARN: deadLetters.queueArn,
        [EVENTS_TABLE.variable]: eventsTable.tableName,
        [COMMANDS_TABLE.variable]: this.log.tableName,
      },
      logRetention: config.logRetention,
      timeout: FUNCTION_TIMEOUT,
    });
    eventsTable.grant(target, ...EVENTS_TABLE.grants.append);
    grantInTransactions(target, eventsTable, EVENTS_TABLE.grants.releaseInTransaction);
    this.log.grant(target, ...COMMANDS_TABLE.grants.write);
    for (const queue of [this.queue, deadLetters]) {
      target.addEventSource(
        new SqsEventSource(queue, {
          batchSize: BATCH_SIZE,
          reportBatchItemFailures: true,
          maxConcurrency: MAXIMUM_CONCURRENCY,
        }),
      );
    }
    // The function logs a line for every command that it gives up, for the queue is empty again at once.
    const givenUp = target.logGroup.addMetricFilter('GivenUp', {
      metricNamespace: METRIC_NAMESPACE,
      metricName: `${name}-given-up`,
      filterPattern: FilterPattern.stringValue('$.message', '=', 'Gave up *'),
    });
    runbookAlarm(this, 'GivenUp', {
      config,
      says: `An accepted command of ${context.name} could not be carried out for an hour: it has failed.`,
      page: 'given-up',
      metric: givenUp.metric({ statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    runbookAlarm(this, 'Untold', {
      config,
      says: `That an accepted command of ${context.name} has failed cannot be written down.`,
      page: 'given-up',
      metric: deadLetters.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
      threshold: NOT_WRITTEN_DOWN.toSeconds(),
      evaluationPeriods: 1,
    });
    runbookAlarm(this, 'NotTaken', {
      config,
      says: `An accepted command of ${context.name} has waited for longer than all of its tries take: nobody takes it.`,
      page: 'given-up',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
      threshold: ALL_TRIES.toSeconds(),
      evaluationPeriods: 1,
    });
  }

  /** Lets a function accept commands. */
  grantAccept(target: LambdaFunction): void {
    this.log.grant(target, ...COMMANDS_TABLE.grants.write);
    this.queue.grantSendMessages(target);
  }
}
