import { categoryOf, isKitError } from '#shared/event/index.ts';
import {
  type AnyProcessManager,
  type CarryingPorts,
  carryOut,
  followerOf,
  takeEvents,
} from '#shared/process-manager/index.ts';
import { type ConsumerPorts, hintConsumer } from './hint-consumer.ts';

/**
 * The handler of a process manager's queue: events of its source streams are taken, and what its processes have sent is
 * carried out. A process that has just taken an event is carried out at once; the message about it is on its way all the same.
 */
export function processConsumer(
  processManager: AnyProcessManager,
  ports: CarryingPorts & Omit<ConsumerPorts, 'takeFurther' | 'forget'>,
) {
  return hintConsumer(followerOf(processManager), {
    ...ports,
    async takeFurther(stream, announced) {
      if (categoryOf(stream) === processManager.name) return carryOut(ports, processManager, stream, announced);
      const { reached, processes } = await takeEvents(ports, processManager, stream, announced);
      for (const process of processes) {
        await carryOut(ports, processManager, process, Number.MAX_SAFE_INTEGER).catch((error: unknown) => {
          if (!isKitError(error, 'parked')) console.warn(`${process} is carried out when its message comes`, error);
        });
      }
      return reached;
    },
  });
}
