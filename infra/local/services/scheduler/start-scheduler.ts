/** The groups and schedules of a template come to run, and the API knows what it answers about. */
import type { Cleanup } from '../../engine/boot/cleanup.ts';
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../engine/place.ts';
import { createScheduler, type LocalScheduler, type SchedulerOptions } from './local-scheduler.ts';
import { assumable, scheduleParts } from './schedule.resource.ts';
import type { ScheduleGroupPart } from './schedule-group.resource.ts';
import type { Where } from './schedule-groups.ts';
import type { ActionOptions } from './scheduler-actions.ts';

export type StartedScheduler = ActionOptions & {
  /** Where a request without a name for it means: the account of the stacks in the region it is signed for. */
  readonly whereOf: (region: string | undefined) => Where;
};

/** Schedules run from here on: functions, queues and buses must be there. */
export function startScheduler(parts: readonly Part[], options: SchedulerOptions, cleanup: Cleanup): StartedScheduler {
  const scheduler: LocalScheduler = createScheduler(options);
  cleanup.add(() => scheduler.stop());
  for (const { place, name } of partsOf<ScheduleGroupPart>(parts, 'schedule-group'))
    scheduler.groups.create(place, name);
  for (const { place, schedule } of scheduleParts(parts)) scheduler.create(place, schedule);
  const first = parts[0]?.place ?? { account: LOCAL_ACCOUNT, region: LOCAL_REGION };
  return {
    scheduler,
    now: () => options.clock?.now() ?? Date.now(),
    assumable: (roleArn, groupArn) => assumable(parts, roleArn, groupArn),
    whereOf(region = first.region) {
      const there = parts.find(({ place }) => place.region === region)?.place ?? first;
      return { account: there.account, region };
    },
  };
}
