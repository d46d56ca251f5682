/**
 * What do the parts of the local cloud know of each other? Only these shapes. Each folder beside this file makes one of
 * them from what the template says; `start.ts` wires them by ARN.
 */

/** The account and region that pseudo parameters and ARNs of a local run carry. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'eu-west-1';

/** Where a part says something to the person at the terminal; `source` is a function's or a part's name. */
export type Log = (level: 'info' | 'warn' | 'error', source: string, line: string) => void;

/** How an invocation ended. A failed one never throws: the caller decides what a failure means for it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | {
      readonly ok: false;
      readonly reason: 'error' | 'timeout' | 'crash' | 'throttled';
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** A running function of the template. Invocations run side by side, each alone in its worker, as in Lambda. */
export type LocalFunction = {
  readonly name: string;
  readonly arn: string;
  readonly timeoutMs: number;
  /** Synchronous invocation with a JSON value; ends at the function's own timeout at the latest. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Accepts the event and returns; function errors are retried twice and then go to the on-failure destination. */
  invokeAsync(event: unknown): Promise<void>;
  stop(): Promise<void>;
};

export type MessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
};

export type NewMessage = {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly delaySeconds?: number;
  /** FIFO queues need it; standard queues carry it along. */
  readonly groupId?: string;
  /** FIFO queues only. */
  readonly deduplicationId?: string;
  /** Set only by a queue that gives a message up to its dead-letter queue: the message keeps its identity and its age. */
  readonly moved?: {
    readonly messageId: string;
    readonly sentAt: number;
    readonly firstReceivedAt?: number;
    readonly receiveCount: number;
    readonly fromArn: string;
  };
};

export type ReceivedMessage = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** System attributes as SQS names them: ApproximateReceiveCount, SentTimestamp, MessageGroupId, ... */
  readonly attributes: Readonly<Record<string, string>>;
};

/** A running queue, standard or FIFO. All times in milliseconds. */
export type LocalQueue = {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly definition: QueueDefinition;
  /** Throws `SqsError` (queues/sqs-error.ts) for a message that SQS refuses. */
  send(message: NewMessage): { messageId: string; md5OfBody: string; sequenceNumber?: string };
  /** Up to `max` messages, hidden for the visibility timeout; waits up to `waitMs` for the first one. */
  receive(options: {
    max: number;
    waitMs: number;
    visibilityTimeoutMs?: number;
    signal?: AbortSignal;
  }): Promise<ReceivedMessage[]>;
  /** True when the handle was current. */
  delete(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean;
  counts(): { visible: number; inFlight: number; delayed: number };
  /** Removes every message, in flight or not. */
  purge(): void;
  stop(): void;
};

/** Something that was started and can be stopped; `live` says whether it works now. */
export type Running = { live(): boolean; stop(): Promise<void> };

/** Everything that can be named by an ARN while the local cloud runs. */
export type Directory = {
  readonly functions: Map<string, LocalFunction>;
  readonly queues: Map<string, LocalQueue>;
};

// What each part is made from. The maker's name and file are given beside its definition.

/** `createFunction(definition, log): LocalFunction` in `functions/local-function.ts`. */
export type FunctionDefinition = {
  readonly name: string;
  readonly arn: string;
  /** Unpacked asset folder. */
  readonly codeFolder: string;
  /** As in the template: `index.handler`. */
  readonly handler: string;
  /** Complete environment: the template's variables, the runtime's own (AWS_REGION, ...) and the endpoint URLs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Reserved concurrency of the template; without one a generous local bound holds. */
  readonly reservedConcurrency?: number;
  /** Asynchronous invocations only (AWS::Lambda::EventInvokeConfig, DeadLetterConfig). */
  readonly asyncRetries?: number;
  readonly asyncMaximumAgeMs?: number;
  readonly onAsyncFailure?: (record: unknown) => void;
};

/** `createHttpApi(definition, log): LocalHttpApi` in `http-api/http-api.ts`. */
export type HttpApiDefinition = {
  readonly apiId: string;
  readonly name: string;
  readonly stageName: string;
  readonly account: string;
};
export type HttpRouteDefinition = {
  /** `POST /accounts/{id}/open`, `ANY /x/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly target: LocalFunction;
  readonly timeoutMs: number;
};
export type LocalHttpApi = Running & {
  readonly url: string;
  addRoute(route: HttpRouteDefinition): void;
  /** Port 0 takes a free one. Fails with the system's error (EADDRINUSE) when it is taken. */
  listen(port: number): Promise<void>;
};

/** `createEventBus(definition, log): LocalEventBus` in `event-bus/event-bus.ts`. */
export type EventBusDefinition = { readonly name: string; readonly arn: string };
export type RuleTarget = {
  readonly id: string;
  readonly arn: string;
  /** Delivers to the function or the queue that has the ARN. */
  readonly deliver: (input: string) => Promise<void>;
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  readonly deadLetterQueue?: LocalQueue;
};
export type RuleDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly pattern?: unknown;
  /** `rate(...)`; on the default bus only. */
  readonly schedule?: string;
  readonly targets: readonly RuleTarget[];
};
export type BusEntry = {
  readonly source: string;
  readonly detailType: string;
  /** JSON text of an object. */
  readonly detail: string;
  readonly time?: Date;
  readonly resources?: readonly string[];
};
export type LocalEventBus = {
  readonly name: string;
  readonly arn: string;
  putRule(rule: RuleDefinition): void;
  rule(name: string): RuleDefinition | undefined;
  /** Accepts an entry that was checked before, gives its id and delivers it to every matching rule in the background. */
  put(entry: BusEntry): { eventId: string };
  stop(): Promise<void>;
};

/** `createQueue(definition): LocalQueue` in `queues/local-queue.ts`. */
export type QueueDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication?: boolean;
  /** The same deduplication id in another group is another message. */
  readonly deduplicatesByGroup?: boolean;
  /** Of body and attributes of one message; without it the most that SQS takes. */
  readonly maximumBytes?: number;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly receiveWaitMs: number;
  readonly redrive?: { readonly target: () => LocalQueue; readonly maxReceiveCount: number };
};

/** `startStreamMapping(definition, log): StreamMapping` in `mappings/stream-mapping.ts`. Times in milliseconds, -1 is unlimited. */
export type StreamMappingDefinition = {
  readonly id: string;
  readonly tableName: string;
  readonly streamArn: string;
  readonly target: LocalFunction;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly parallelizationFactor: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly tumblingWindowMs?: number;
  readonly reportBatchItemFailures: boolean;
  /** Patterns of FilterCriteria, parsed; a record passes when one matches. */
  readonly filters: readonly unknown[];
  readonly onFailure?: LocalQueue;
  readonly dynamodbEndpoint: string;
};

/** `startQueueMapping(definition, log): Running` in `mappings/queue-mapping.ts`. */
export type QueueMappingDefinition = {
  readonly id: string;
  readonly queue: LocalQueue;
  readonly target: LocalFunction;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
  readonly filters: readonly unknown[];
};
