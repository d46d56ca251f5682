/** The call that a schedule makes: the request of the target's API, and how it is carried out here. */
import type { Log } from '../../engine/log.ts';
import { type Directory, functionNamed } from '../destinations.ts';
import { eventContext } from '../eventbridge/eventbridge-rights.ts';
import { putEvents } from '../eventbridge/put-events.ts';
import { type Buses, ServiceError } from '../eventbridge/requested-bus.ts';
import type { RoleDenial } from '../iam/role-call.ts';
import { SqsError } from '../sqs/sqs-error.ts';
import type { ScheduleTarget } from './schedule-properties.ts';
import { targetKind } from './schedule-target.ts';

export type TargetCall = {
  /** The API and its action, as a universal target names them. */
  readonly action: 'sqs:sendMessage' | 'lambda:invoke' | 'eventbridge:putEvents';
  readonly request: Readonly<Record<string, unknown>>;
  /** Rejects with {@link CallFailure} where the target says no; any other error is one of the run and may pass. */
  carryOut(): Promise<void>;
};

/** The target said no. Only what passes by itself is worth a retry. */
export class CallFailure extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable = false) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }
}

/** What a call may reach. */
export type Surroundings = {
  readonly directory: Directory;
  readonly buses: Buses;
  readonly log: Log;
  /** Whether the role of a schedule may make its call; without it every role may. */
  readonly denial?: RoleDenial | undefined;
};

const RIGHTS: Readonly<Record<TargetCall['action'], string>> = {
  'sqs:sendMessage': 'sqs:SendMessage',
  'lambda:invoke': 'lambda:InvokeFunction',
  'eventbridge:putEvents': 'events:PutEvents',
};

/** A function is called asynchronously: once it has the event, its errors are its own. */
export function targetCall(target: ScheduleTarget, input: string, scheduleArn: string, here: Surroundings): TargetCall {
  const call = permittedCall(target, input, scheduleArn, here);
  const context = eventContext({ ...target.EventBridgeParameters });
  const denied = here.denial?.(target.RoleArn, RIGHTS[call.action], target.Arn, context);
  if (denied === undefined) return call;
  return { ...call, carryOut: () => Promise.reject(new CallFailure('AccessDeniedException', denied)) };
}

function permittedCall(target: ScheduleTarget, input: string, scheduleArn: string, here: Surroundings): TargetCall {
  switch (targetKind(target.Arn)) {
    case 'queue':
      return sendMessage(target, input, here.directory);
    case 'bus':
      return putEvent(target, input, scheduleArn, here);
    default:
      return invokeFunction(target.Arn, input, here.directory);
  }
}

function sendMessage({ Arn, SqsParameters }: ScheduleTarget, body: string, { queues }: Directory): TargetCall {
  const queue = queues.get(Arn);
  const [, , , region, account, name] = Arn.split(':');
  const groupId = SqsParameters?.MessageGroupId;
  return {
    action: 'sqs:sendMessage',
    request: {
      MessageBody: body,
      QueueUrl: queue?.url ?? `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      ...(groupId !== undefined && { MessageGroupId: groupId }),
    },
    async carryOut() {
      if (queue === undefined) {
        const reason = 'The specified queue does not exist.';
        throw new CallFailure('AWS.SimpleQueueService.NonExistentQueue', reason);
      }
      try {
        queue.send({ body, groupId });
      } catch (error) {
        throw error instanceof SqsError ? new CallFailure(error.queryCode, error.message) : error;
      }
    },
  };
}

function invokeFunction(arn: string, payload: string, directory: Directory): TargetCall {
  return {
    action: 'lambda:invoke',
    request: { FunctionName: arn, InvocationType: 'Event', Payload: payload },
    async carryOut() {
      const target = functionNamed(directory, arn);
      if (target?.arn === undefined || !sameFunction(target.arn, arn)) {
        throw new CallFailure('ResourceNotFoundException', `Function not found: ${arn}`);
      }
      await target.invokeAsync(parsed(payload));
    },
  };
}

/** With or without a version or an alias. */
function sameFunction(arn: string, reference: string): boolean {
  return reference === arn || reference.startsWith(`${arn}:`);
}

/** A filled-in placeholder may have broken the JSON that was accepted. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    throw new CallFailure('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

function putEvent(
  target: ScheduleTarget,
  detail: string,
  scheduleArn: string,
  { buses, log }: Surroundings,
): TargetCall {
  const { DetailType, Source } = target.EventBridgeParameters ?? {};
  const entry = { EventBusName: target.Arn, DetailType, Source, Detail: detail, Resources: [scheduleArn] };
  return {
    action: 'eventbridge:putEvents',
    request: { Entries: [entry] },
    async carryOut() {
      const [result] = putting(() => putEvents({ Entries: [entry] }, buses, log)).Entries;
      if (result !== undefined && 'ErrorCode' in result) throw new CallFailure(result.ErrorCode, result.ErrorMessage);
    },
  };
}

function putting<Result>(put: () => Result): Result {
  try {
    return put();
  } catch (error) {
    if (error instanceof ServiceError) throw new CallFailure(error.code, error.message);
    // A bus that is being stopped.
    throw new CallFailure('InternalException', error instanceof Error ? error.message : String(error), true);
  }
}
