/** The rights that a request to EventBridge Scheduler takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type FunctionRequest, type KnownResources, recordOf, textOf } from '../iam/function-request.ts';

const ACTIONS: Readonly<Record<string, string>> = { POST: 'Create', PUT: 'Update', GET: 'Get', DELETE: 'Delete' };

/** Who makes or changes a schedule must also be allowed to hand its role to the Scheduler. */
export function schedulerRights({ method, path, body }: FunctionRequest, here: KnownResources): NeededRight[] {
  const { pathname, searchParams } = new URL(path, 'http://scheduler');
  const [, collection, given] = /^\/(schedules|schedule-groups)(?:\/(.+))?$/.exec(pathname) ?? [];
  if (collection === undefined) return [];
  const kind = collection === 'schedules' ? 'Schedule' : 'ScheduleGroup';
  if (given === undefined) return [{ action: `scheduler:List${kind}s`, resource: '*', context: {} }];
  const name = decodeURIComponent(given);
  const group = textOf(body.GroupName) || searchParams.get('groupName') || 'default';
  const resource = kind === 'Schedule' ? `schedule/${group}/${name}` : `schedule-group/${name}`;
  const action = `scheduler:${ACTIONS[method]}${kind}`;
  const right = { action, resource: arnHere(here, 'scheduler', resource), context: {} };
  const role = textOf(recordOf(body.Target).RoleArn);
  if (role === '') return [right];
  const context = { 'iam:passedtoservice': ['scheduler.amazonaws.com'] };
  return [right, { action: 'iam:PassRole', resource: role, context }];
}
