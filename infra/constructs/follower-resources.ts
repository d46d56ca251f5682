/** A projection or a process manager runs on a rule, a queue with a dead-letter queue, a function and a query table. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IEventBus, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type ContextCatalog, eventSource } from '#shared/catalog/index.ts';
import { EVENTS_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';
import type { Follower } from '#shared/projection/index.ts';
import type { Config } from '../config.ts';
import { deadLettersName, functionName } from '../deployed-names.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { grantInTransactions, handlerFunction } from './handler-function.ts';
import { namedTable } from './named-table.ts';

const FUNCTION_TIMEOUT = Duration.seconds(20);

/** Six times the function's time. Source: AWS Lambda developer guide, configuring a queue as an event source. */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds());

/**
 * Beyond the attempts after which an event is parked: what comes back so often is no hint at all, or its table was away for
 * hours. Nothing depends on it, since the reconciler sends again what is missing.
 */
const MAXIMUM_RECEIVES = 20;

/**
 * Batches at a time. Without a bound the mapping goes on receiving while the function is throttled, and messages that nobody
 * has looked at end in the dead-letter queue. Source: AWS Lambda developer guide, maximum concurrency for SQS event sources.
 */
const MAXIMUM_CONCURRENCY = 10;

type FollowerResourcesProps = {
  readonly context: ContextCatalog;
  readonly follower: Follower;
  readonly config: Config;
  readonly bus: IEventBus;
  readonly eventsTable: TableV2;
  readonly entry: string;
  readonly handler: string;
  /** Beside the tables and the queue. */
  readonly environment: Readonly<Record<string, string>>;
};

export class FollowerResources extends Construct {
  readonly follower: Follower;
  readonly table: TableV2;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: FollowerResourcesProps) {
    super(scope, id);
    const { context, follower, config, bus, eventsTable, entry, handler, environment } = props;
    this.follower = follower;
    this.table = namedTable(this, QUERY_TABLE, { removalPolicy: RemovalPolicy.DESTROY });
    const name = functionName(config, context.name, follower.name);
    // By name, so that tools find them: one that CloudFormation makes may be cut off.
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', deadLettersName(name));
    this.queue = new Queue(this, 'Queue', {
      queueName: name,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAXIMUM_RECEIVES },
    });
    new Rule(this, 'Rule', {
      ruleName: name,
      eventBus: bus,
      eventPattern: {
        source: [eventSource(context)],
        detail: { context: { stream: follower.categories.flatMap((category) => Match.prefix(`${category}-`)) } },
      },
      targets: [
        new SqsQueue(this.queue, {
          deadLetterQueue: this.deadLetters,
          // A message is a hint; nothing but the stream and its version is read of it.
          message: RuleTargetInput.fromEventPath('$.detail.context'),
        }),
      ],
    });
    this.function = handlerFunction(this, 'Function', {
      name,
      entry,
      handler,
      environment: {
        ...environment,
        QUEUE_URL: this.queue.queueUrl,
        [EVENTS_TABLE.variable]: eventsTable.tableName,
        [QUERY_TABLE.variable]: this.table.tableName,
      },
      logRetention: config.logRetention,
      timeout: FUNCTION_TIMEOUT,
    });
    this.table.grant(this.function, ...QUERY_TABLE.grants.project);
    grantInTransactions(this.function, this.table, QUERY_TABLE.grants.removeInTransaction);
    eventsTable.grant(this.function, ...EVENTS_TABLE.grants.read);
    this.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: MAXIMUM_CONCURRENCY,
      }),
    );
  }
}
