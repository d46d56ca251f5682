/** The rules of a template come to deliver. */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { type Faults, NO_FAULTS } from '../../engine/chaos/faults.ts';
import type { Log } from '../../engine/log.ts';
import { type Directory, handOver, requiredQueue } from '../destinations.ts';
import { logGroupName, loggedMessage } from '../logs/log-group.resource.ts';
import { chaoticDelivery } from './chaotic-bus.ts';
import type { LocalEventBus } from './event-bus.ts';
import type { RulePart, RuleTargetPart } from './rule.resource.ts';
import type { RuleTarget } from './rule.ts';

/** Puts every rule on its bus; functions and queues must be in the directory. Schedules run from here on. */
export function startRules(
  parts: readonly Part[],
  buses: ReadonlyMap<string, LocalEventBus>,
  directory: Directory,
  log: Log,
  faults: Faults = NO_FAULTS,
): void {
  for (const { busArn, definition, targets } of partsOf<RulePart>(parts, 'rule')) {
    const ready = targets.map((target) => {
      const { deliver, ...rest } = ruleTarget(target, directory, log);
      return { ...rest, deliver: chaoticDelivery(deliver, `${definition.name} -> ${target.id}`, faults) };
    });
    buses.get(busArn)?.putRule({ ...definition, targets: ready });
  }
}

function ruleTarget(
  { deadLetterArn, messageGroupId, ...target }: RuleTargetPart,
  directory: Directory,
  log: Log,
): RuleTarget {
  const group = logGroupName(target.arn);
  return {
    ...target,
    async deliver(input) {
      if (group === undefined) await handOver(directory, target.arn, input, messageGroupId);
      else log('info', group, loggedMessage(input));
    },
    deadLetterQueue: deadLetterArn === undefined ? undefined : requiredQueue(directory, deadLetterArn),
  };
}
