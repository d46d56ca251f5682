/**
 * A schedule in the words of its API, which are those of its CloudFormation type too. Bounds and defaults: the EventBridge
 * Scheduler API reference, `CreateSchedule` and `Target`.
 */
import { z } from 'zod';

export const NAME = /^[0-9a-zA-Z-_.]+$/;
const ROLE = /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const LONGEST_INPUT_BYTES = 262_144;

const member = (pattern: RegExp) => `Member must satisfy regular expression pattern: ${pattern.source}`;

/** Numbers may come as texts, as CloudFormation takes them. */
function bounded(least: number, most: number) {
  const number = z
    .int({ error: 'Member must be a whole number' })
    .min(least, { error: `Member must have value greater than or equal to ${least}` })
    .max(most, { error: `Member must have value less than or equal to ${most}` });
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
    number.optional(),
  );
}

function texts(least: number, most: number) {
  return z
    .string({ error: 'Member must be a text' })
    .min(least, { error: `Member must have length greater than or equal to ${least}` })
    .max(most, { error: `Member must have length less than or equal to ${most}` });
}

function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, { error: `Member must satisfy enum value set: [${values.join(', ')}]` });
}

export const nameSchema = texts(1, 64).regex(NAME, { error: member(NAME) });

/** Kinds of target that have settings of their own and do not run locally; told by name instead of as unknown. */
const elsewhere = (name: string) =>
  z.undefined({ error: `${name} does not run here: targets are functions, queues and PutEvents` }).optional();

export const targetSchema = z.strictObject({
  Arn: texts(1, 1600),
  RoleArn: texts(1, 1600).regex(ROLE, { error: member(ROLE) }),
  Input: texts(1, LONGEST_INPUT_BYTES)
    .refine((text) => Buffer.byteLength(text) <= LONGEST_INPUT_BYTES, {
      error: `Member must have length less than or equal to ${LONGEST_INPUT_BYTES}`,
    })
    .optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: bounded(60, 86_400), MaximumRetryAttempts: bounded(0, 185) })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: texts(1, 1600).optional() }).optional(),
  SqsParameters: z.strictObject({ MessageGroupId: texts(1, 128).optional() }).optional(),
  EventBridgeParameters: z.strictObject({ DetailType: texts(1, 128), Source: texts(1, 256) }).optional(),
  EcsParameters: elsewhere('EcsParameters'),
  KinesisParameters: elsewhere('KinesisParameters'),
  SageMakerPipelineParameters: elsewhere('SageMakerPipelineParameters'),
  EventBridgePutEventsV2Parameters: elsewhere('EventBridgePutEventsV2Parameters'),
  EventBridgePutRawEventsParameters: elsewhere('EventBridgePutRawEventsParameters'),
});

/** All but its name and its dates, which the API and CloudFormation write differently. */
export const scheduleShape = {
  GroupName: nameSchema.default('default'),
  ScheduleExpression: texts(1, 256),
  ScheduleExpressionTimezone: texts(1, 50).default('UTC'),
  FlexibleTimeWindow: z.strictObject({
    Mode: oneOf('OFF', 'FLEXIBLE'),
    MaximumWindowInMinutes: bounded(1, 1440),
  }),
  State: oneOf('ENABLED', 'DISABLED').default('ENABLED'),
  Target: targetSchema,
  Description: texts(0, 512).optional(),
  KmsKeyArn: texts(1, 2048).optional(),
};

export const completionSchema = oneOf('NONE', 'DELETE').default('NONE');

/** A schedule with every default filled in. Dates in milliseconds since the epoch. */
export type Schedule = z.output<z.ZodObject<typeof scheduleShape>> & {
  readonly Name: string;
  readonly StartDate?: number | undefined;
  readonly EndDate?: number | undefined;
  readonly ActionAfterCompletion: z.output<typeof completionSchema>;
};

export type ScheduleTarget = Schedule['Target'];
