/** The readable forms of the SQS requests, checked; those with several entries are answered entry by entry. */
import { z } from 'zod';
import { SqsError } from './sqs-error.ts';

const attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

const message = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
});

const queue = z.object({ QueueUrl: z.string() });
const receipt = z.object({ ReceiptHandle: z.string() });
const visibility = receipt.extend({ VisibilityTimeout: z.number() });
const names = z.array(z.string()).optional();
const entries = <Shape extends z.ZodRawShape>(entry: z.ZodObject<Shape>) =>
  queue.extend({ Entries: z.array(entry.extend({ Id: z.string() })) });

/** Members that the local queues have no use for are let through, as the service does. */
export const inputs = {
  sendMessage: queue.extend(message.shape),
  sendMessageBatch: entries(message),
  receiveMessage: queue.extend({
    MaxNumberOfMessages: z.number().default(1),
    WaitTimeSeconds: z.number().optional(),
    VisibilityTimeout: z.number().optional(),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
  }),
  deleteMessage: queue.extend(receipt.shape),
  deleteMessageBatch: entries(receipt),
  changeMessageVisibility: queue.extend(visibility.shape),
  changeMessageVisibilityBatch: entries(visibility),
  getQueueUrl: z.object({ QueueName: z.string() }),
  getQueueAttributes: queue.extend({ AttributeNames: names }),
  purgeQueue: queue,
  listQueues: z.object({ QueueNamePrefix: z.string().optional() }),
};

export type SentMessage = z.infer<typeof message>;

/** Throws {@link SqsError} naming the first member that is absent or of the wrong type. */
export function read<Input>(schema: z.ZodType<Input>, body: unknown): Input {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const member = issue?.path.join('.') ?? '';
  const absent = issue?.code === 'invalid_type' && issue.message.includes('received undefined');
  throw absent
    ? new SqsError('MissingRequiredParameterException', `The request must contain the parameter ${member}.`)
    : new SqsError('InvalidParameterValueException', `Invalid value for the parameter ${member}: ${issue?.message}.`);
}

const MAXIMUM_ENTRIES = 10;

type BatchAnswer<Answer> = {
  readonly Successful: readonly (Answer & { readonly Id: string })[];
  readonly Failed: readonly {
    readonly Id: string;
    readonly SenderFault: true;
    readonly Code: string;
    readonly Message: string;
  }[];
};

/** Handles each entry by itself: the ones that SQS refuses are named under `Failed`. Throws for an unfit batch. */
export function eachEntry<Entry extends { readonly Id: string }, Answer>(
  entries: readonly Entry[],
  handle: (entry: Entry) => Answer,
): BatchAnswer<Answer> {
  refuseUnfit(entries);
  const successful: (Answer & { Id: string })[] = [];
  const failed: BatchAnswer<Answer>['Failed'][number][] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...handle(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function refuseUnfit(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAXIMUM_ENTRIES) {
    const text = `Maximum number of entries per request are ${MAXIMUM_ENTRIES}. You have sent ${entries.length}.`;
    throw new SqsError('TooManyEntriesInBatchRequest', text);
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) {
      const text =
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw new SqsError('InvalidBatchEntryId', text);
    }
    if (seen.has(Id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
}
