/** What a schedule may call, by the form of the target's ARN. */
import type { ScheduleTarget } from './schedule-properties.ts';

export type TargetKind = 'function' | 'queue' | 'bus';

const KINDS: readonly (readonly [form: RegExp, kind: TargetKind])[] = [
  [/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/, 'function'],
  [/^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/, 'queue'],
  [/^arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/[\w./-]+$/, 'bus'],
];

const READING =
  /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|testConnection|translateDocument|isAuthorized|invokeModel)/;

export function targetKind(arn: string): TargetKind | undefined {
  return KINDS.find(([form]) => form.test(arn))?.[1];
}

/** What is wrong with a target, property by property; none when it can be called. */
export function targetFaults(target: ScheduleTarget): { readonly path: string; readonly message: string }[] {
  const kind = targetKind(target.Arn);
  if (kind === undefined) return [{ path: 'Target.Arn', message: refusal(target.Arn) }];
  const faults: { path: string; message: string }[] = [];
  const fault = (property: string, message: string) => faults.push({ path: `Target.${property}`, message });
  const { EventBridgeParameters: event, SqsParameters: sqs, Input: input, DeadLetterConfig: deadLetters } = target;
  if (kind === 'bus' && event === undefined) {
    fault('EventBridgeParameters', 'EventBridgeParameters must be specified for an event bus target.');
  }
  if (kind !== 'bus' && event !== undefined) {
    fault('EventBridgeParameters', 'EventBridgeParameters must be specified for an event bus target only.');
  }
  if (kind !== 'queue' && sqs !== undefined) {
    fault('SqsParameters', 'SqsParameters must be specified for a queue target only.');
  }
  if (kind !== 'queue' && input !== undefined && !isJson(input)) {
    fault('Input', 'Input must be well-formed JSON for this target.');
  }
  const queue = deadLetters?.Arn;
  if (queue !== undefined && (targetKind(queue) !== 'queue' || queue.endsWith('.fifo'))) {
    fault('DeadLetterConfig.Arn', `A dead-letter queue must be a standard SQS queue, not ${queue}.`);
  }
  return faults;
}

function refusal(arn: string): string {
  const action = /^arn:aws[\w-]*:scheduler:::aws-sdk:[\w-]+:(\w+)$/.exec(arn)?.[1];
  if (action !== undefined && READING.test(action)) return `${arn} is not supported: it only reads.`;
  if (/^arn:aws[\w-]*(:[^:]*){3}:.+$/.test(arn)) {
    return `${arn} does not run here: a schedule calls a function, a queue or PutEvents of a bus.`;
  }
  return 'Provided Arn is not in correct format.';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
