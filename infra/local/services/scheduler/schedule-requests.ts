/** What a request to the Scheduler API asks for, checked as AWS checks it. */
import { z } from 'zod';
import { completionSchema, nameSchema, type Schedule, scheduleShape } from './schedule-properties.ts';
import { scheduleFaults } from './schedule-times.ts';
import { SchedulerError } from './scheduler-error.ts';

/** The SDK sends dates as seconds since the epoch. */
const date = z.number({ error: 'Member must be a date' }).transform((seconds) => Math.round(seconds * 1000));
const token = z
  .string()
  .regex(/^[a-zA-Z0-9-_]{1,64}$/, { error: 'Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+' })
  .optional();

const scheduleRequest = z.strictObject({
  Name: nameSchema,
  ...scheduleShape,
  StartDate: date.optional(),
  EndDate: date.optional(),
  ActionAfterCompletion: completionSchema,
  ClientToken: token,
});

export const namedRequest = z.strictObject({ Name: nameSchema });
export const groupedRequest = z.strictObject({ Name: nameSchema, GroupName: nameSchema.default('default') });
export const groupRequest = z.strictObject({
  Name: nameSchema,
  // They say something to people and their bills, and to nobody here.
  Tags: z.array(z.unknown()).max(200).optional(),
  ClientToken: token,
});

const maxResults = z.coerce
  .number()
  .int()
  .min(1, { error: 'Member must have value greater than or equal to 1' })
  .max(100, { error: 'Member must have value less than or equal to 100' })
  .default(100);
export const listRequest = z.strictObject({
  NamePrefix: nameSchema.optional(),
  ScheduleGroup: nameSchema.optional(),
  State: scheduleShape.State.unwrap().optional(),
  NextToken: z.string().optional(),
  MaxResults: maxResults,
});

/** AWS takes a StartDate up to so long ago. */
const START_DATE_GRACE_MS = 5 * 60_000;

/** Throws `SchedulerError` with AWS's words for what is wrong with it. */
export function scheduleOf(request: unknown, now: number): { readonly schedule: Schedule; readonly token?: string } {
  const { ClientToken, ...schedule } = checked(scheduleRequest, request);
  const [fault] = scheduleFaults(schedule);
  if (fault !== undefined) throw new SchedulerError('ValidationException', fault.message);
  const { StartDate: start, EndDate: end } = schedule;
  if (start !== undefined && start < now - START_DATE_GRACE_MS) {
    const message = 'The StartDate you specify cannot be earlier than 5 minutes ago.';
    throw new SchedulerError('ValidationException', message);
  }
  if (end !== undefined && end <= now) {
    throw new SchedulerError('ValidationException', 'The EndDate you specify cannot be in the past.');
  }
  return ClientToken === undefined ? { schedule } : { schedule, token: ClientToken };
}

/** Throws `SchedulerError` that lists every member that is wrong, as AWS lists them. */
export function checked<Output>(schema: z.ZodType<Output>, request: unknown): Output {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message, code, input }) => {
    const value = valueAt(request, path);
    const constraint =
      code === 'invalid_type' && value === undefined && input === undefined ? 'Member must not be null' : message;
    const where = path.map((key) => lowerFirst(String(key))).join('.') || 'request';
    const shown = value === undefined ? 'null' : `'${typeof value === 'object' ? JSON.stringify(value) : value}'`;
    return `Value ${shown} at '${where}' failed to satisfy constraint: ${constraint}`;
  });
  const counted = `${errors.length} validation error${errors.length === 1 ? '' : 's'} detected`;
  throw new SchedulerError('ValidationException', `${counted}: ${errors.join('; ')}`);
}

function valueAt(request: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], request);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
