/** The actions of the Scheduler API: what each request does to the schedules, and what it is answered. */

import type { LocalScheduler, StoredSchedule } from './local-scheduler.ts';
import { DEFAULT_RETRY } from './run-delivery.ts';
import type { Group, Where } from './schedule-groups.ts';
import type { Schedule } from './schedule-properties.ts';
import { checked, groupedRequest, groupRequest, listRequest, namedRequest, scheduleOf } from './schedule-requests.ts';
import { SchedulerError } from './scheduler-error.ts';

/** One request: what was in its path, its query and its body, under the names of the API. */
export type SchedulerRequest = { readonly where: Where; readonly input: Readonly<Record<string, unknown>> };

export type ActionOptions = {
  readonly scheduler: LocalScheduler;
  readonly now: () => number;
  /** Whether the role may be assumed for schedules of the group. */
  readonly assumable: (roleArn: string, groupArn: string) => boolean;
};

type Action = (request: SchedulerRequest) => unknown;

/** By the method and the form of the path; a name stands for `{}`. Every action throws `SchedulerError`. */
export function schedulerActions({ scheduler, now, assumable }: ActionOptions): Readonly<Record<string, Action>> {
  const scheduleFrom = ({ where, input }: SchedulerRequest) => {
    const read = scheduleOf(input, now());
    const group = scheduler.groups.get(where, read.schedule.GroupName);
    if (!assumable(read.schedule.Target.RoleArn, group.arn)) throw new SchedulerError('ValidationException', NO_TRUST);
    return read;
  };
  return {
    'POST /schedules/{}'(request) {
      const { schedule, token } = scheduleFrom(request);
      return { ScheduleArn: scheduler.create(request.where, schedule, token).arn };
    },
    'PUT /schedules/{}'(request) {
      const { schedule } = scheduleFrom(request);
      return { ScheduleArn: scheduler.update(request.where, schedule).arn };
    },
    'GET /schedules/{}'({ where, input }) {
      const { Name, GroupName } = checked(groupedRequest, renamed(input, { groupName: 'GroupName' }));
      return shownSchedule(scheduler.get(where, GroupName, Name));
    },
    'DELETE /schedules/{}'({ where, input }) {
      const { clientToken, ...named } = renamed(input, { groupName: 'GroupName' });
      const { Name, GroupName } = checked(groupedRequest, named);
      scheduler.delete(where, GroupName, Name);
      return {};
    },
    'GET /schedules'({ where, input }) {
      const { NamePrefix = '', ScheduleGroup, State, NextToken, MaxResults } = checked(listRequest, input);
      if (ScheduleGroup !== undefined) scheduler.groups.get(where, ScheduleGroup);
      const wanted = scheduler
        .schedules(where)
        .filter(({ schedule }) => schedule.Name.startsWith(NamePrefix))
        .filter(({ schedule }) => ScheduleGroup === undefined || schedule.GroupName === ScheduleGroup)
        .filter(({ schedule }) => State === undefined || schedule.State === State);
      const { page, next } = pageOf(wanted, NextToken, MaxResults);
      return { Schedules: page.map(summary), ...(next !== undefined && { NextToken: next }) };
    },
    'POST /schedule-groups/{}'({ where, input }) {
      const { Name, ClientToken } = checked(groupRequest, input);
      return { ScheduleGroupArn: scheduler.groups.create(where, Name, ClientToken).arn };
    },
    'GET /schedule-groups/{}': ({ where, input }) =>
      shownGroup(scheduler.groups.get(where, checked(namedRequest, input).Name)),
    'DELETE /schedule-groups/{}'({ where, input: { clientToken, ...input } }) {
      scheduler.deleteGroup(where, checked(namedRequest, input).Name);
      return {};
    },
    'GET /schedule-groups'({ where, input }) {
      const { NamePrefix = '', NextToken, MaxResults } = checked(groupListRequest, input);
      const wanted = scheduler.groups.list(where).filter(({ name }) => name.startsWith(NamePrefix));
      const { page, next } = pageOf(wanted, NextToken, MaxResults);
      return { ScheduleGroups: page.map(shownGroup), ...(next !== undefined && { NextToken: next }) };
    },
  };
}

/** What AWS says of a role that it cannot assume, also right after the role was made. */
export const NO_TRUST = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';

const groupListRequest = listRequest.omit({ ScheduleGroup: true, State: true });

function renamed(input: SchedulerRequest['input'], names: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [names[name] ?? name, value]));
}

/** The token of a page is the last ARN of the page before. */
function pageOf<Thing extends { readonly arn: string }>(things: readonly Thing[], token = '', most: number) {
  const after = Buffer.from(token, 'base64url').toString();
  const rest = things.filter(({ arn }) => arn > after);
  const page = rest.slice(0, most);
  const last = page.at(-1);
  return {
    page,
    next: last === undefined || rest.length <= most ? undefined : Buffer.from(last.arn).toString('base64url'),
  };
}

function shownSchedule({ schedule, arn, createdAt, modifiedAt }: StoredSchedule) {
  return {
    ...schedule,
    Arn: arn,
    StartDate: secondsOf(schedule.StartDate),
    EndDate: secondsOf(schedule.EndDate),
    Target: { ...schedule.Target, RetryPolicy: { ...DEFAULT_RETRY, ...schedule.Target.RetryPolicy } },
    CreationDate: secondsOf(createdAt),
    LastModificationDate: secondsOf(modifiedAt),
  };
}

function summary({ schedule, arn, createdAt, modifiedAt }: StoredSchedule) {
  const { Name, GroupName, State, Target }: Schedule = schedule;
  return {
    Arn: arn,
    Name,
    GroupName,
    State,
    CreationDate: secondsOf(createdAt),
    LastModificationDate: secondsOf(modifiedAt),
    Target: { Arn: Target.Arn },
  };
}

function shownGroup({ name, arn, createdAt }: Group) {
  return {
    Arn: arn,
    Name: name,
    State: 'ACTIVE',
    CreationDate: secondsOf(createdAt),
    LastModificationDate: secondsOf(createdAt),
  };
}

function secondsOf(time: number | undefined): number | undefined {
  return time === undefined ? undefined : time / 1000;
}
