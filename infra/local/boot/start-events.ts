/** How do the queues, buses and rules of a template come to run? */
import { createEventBus } from '../event-bus/event-bus.ts';
import {
  type Directory,
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  type LocalEventBus,
  type Log,
  type RuleTarget,
} from '../ports.ts';
import { createQueue } from '../queues/local-queue.ts';
import { type Part, partsOf, type RuleTargetPart } from '../resources/parts.ts';
import { arn } from '../resources/resource-kind.ts';
import type { Cleanup } from './cleanup.ts';
import { handOver, requiredQueue } from './directory.ts';

/** Starts every queue and enters it in the directory. A dead-letter queue may come after the queue that names it. */
export function startQueues(parts: readonly Part[], directory: Directory, cleanup: Cleanup): void {
  for (const { definition, redrive } of partsOf(parts, 'queue')) {
    const queue = createQueue({
      ...definition,
      redrive: redrive && {
        target: () => requiredQueue(directory, redrive.targetArn),
        maxReceiveCount: redrive.maxReceiveCount,
      },
    });
    cleanup.add(() => queue.stop());
    directory.queues.set(queue.arn, queue);
  }
}

/** Starts every bus of the templates, and the default one that every account has in every region, by ARN. */
export function startBuses(
  parts: readonly Part[],
  buses: Map<string, LocalEventBus>,
  cleanup: Cleanup,
  log: Log,
): void {
  const places =
    parts.length > 0 ? parts.map(({ place }) => place) : [{ account: LOCAL_ACCOUNT, region: LOCAL_REGION }];
  const definitions = [
    ...places.map((place) => ({ name: 'default', arn: arn(place, 'events', 'event-bus/default') })),
    ...partsOf(parts, 'bus').map(({ definition }) => definition),
  ];
  for (const definition of definitions) {
    if (buses.has(definition.arn)) continue;
    const bus = createEventBus(definition, log);
    cleanup.add(() => bus.stop());
    buses.set(definition.arn, bus);
  }
}

/** Puts every rule on its bus; functions and queues must be in the directory. Schedules run from here on. */
export function startRules(
  parts: readonly Part[],
  buses: ReadonlyMap<string, LocalEventBus>,
  directory: Directory,
): void {
  for (const { busArn, definition, targets } of partsOf(parts, 'rule')) {
    buses.get(busArn)?.putRule({ ...definition, targets: targets.map((target) => ruleTarget(target, directory)) });
  }
}

function ruleTarget({ deadLetterArn, messageGroupId, ...target }: RuleTargetPart, directory: Directory): RuleTarget {
  return {
    ...target,
    deliver: (input) => handOver(directory, target.arn, input, messageGroupId),
    deadLetterQueue: deadLetterArn === undefined ? undefined : requiredQueue(directory, deadLetterArn),
  };
}
