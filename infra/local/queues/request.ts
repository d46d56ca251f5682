/** What does an SQS request ask for? The readable forms of the AWS JSON 1.0 inputs, checked. */
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
