/** The groups of schedules, in memory; one named `default` is in every account and region. */
import type { Clock } from '../../engine/local-clock.ts';
import { arn, type Place } from '../../engine/place.ts';
import { SchedulerError } from './scheduler-error.ts';

/** Where a schedule or a group is: names are kept apart by account and region. */
export type Where = Pick<Place, 'account' | 'region'>;

export type Group = { readonly name: string; readonly arn: string; readonly createdAt: number };

export type ScheduleGroups = {
  /** The same again with the same token changes nothing and answers the same. Throws `SchedulerError`, as the others do. */
  create(where: Where, name: string, token?: string): Group;
  get(where: Where, name: string): Group;
  delete(where: Where, name: string): void;
  /** In order of their ARNs. */
  list(where: Where): readonly Group[];
};

/** Of an account in a region, the default one included (EventBridge Scheduler guide, "Quotas"). */
const MOST_GROUPS = 500;

export function createScheduleGroups(clock: Clock): ScheduleGroups {
  const groups = new Map<string, Group & { readonly token: string | undefined }>();
  const openedAt = clock.now();

  function get(where: Where, name: string): Group {
    const group = groups.get(groupArn(where, name));
    if (group !== undefined) return group;
    if (name === 'default') return { name, arn: groupArn(where, name), createdAt: openedAt };
    throw new SchedulerError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
  }

  function list(where: Where): Group[] {
    return [...groups.values(), get(where, 'default')].filter(isIn(where)).sort(byArn);
  }

  return {
    get,
    list,
    create(where, name, token) {
      const arn = groupArn(where, name);
      const existing = groups.get(arn);
      if (existing !== undefined && token !== undefined && existing.token === token) return existing;
      if (existing !== undefined || name === 'default') {
        throw new SchedulerError('ConflictException', `Schedule group ${name} already exists.`);
      }
      if (list(where).length >= MOST_GROUPS) {
        throw new SchedulerError('ServiceQuotaExceededException', `There are ${MOST_GROUPS} schedule groups already.`);
      }
      const group = { name, arn, createdAt: clock.now(), token };
      groups.set(arn, group);
      return group;
    },
    delete(where, name) {
      if (name === 'default') throw new SchedulerError('ValidationException', 'The default group cannot be deleted.');
      groups.delete(get(where, name).arn);
    },
  };
}

export function groupArn(where: Where, name: string): string {
  return arn(where, 'scheduler', `schedule-group/${name}`);
}

export function isIn({ account, region }: Where): (thing: { readonly arn: string }) => boolean {
  return ({ arn }) => arn.startsWith(`arn:aws:scheduler:${region}:${account}:`);
}

export function byArn(a: { readonly arn: string }, b: { readonly arn: string }): number {
  return a.arn < b.arn ? -1 : 1;
}
