/** The servers that AWS clients talk to. They listen before anything runs behind them, since templates carry their addresses. */
import type { Cleanup } from '../engine/boot/cleanup.ts';
import type { Faults } from '../engine/chaos/faults.ts';
import type { Log } from '../engine/log.ts';
import { portProblem } from '../engine/loopback.ts';
import { createAbsentApi } from './absent-api.ts';
import { type Directory, functionNamed } from './destinations.ts';
import type { LocalEventBus } from './eventbridge/event-bus.ts';
import { createEventBridgeServer } from './eventbridge/eventbridge-api.ts';
import type { Endpoints } from './lambda/function-environment.ts';
import type { ShownMapping } from './lambda/lambda-answers.ts';
import { createLambdaApi } from './lambda/lambda-api.ts';
import { createSchedulerServer } from './scheduler/scheduler-api.ts';
import type { StartedScheduler } from './scheduler/start-scheduler.ts';
import { createSnsServer } from './sns/sns-api.ts';
import { createSqsServer } from './sqs/sqs-api.ts';

/** What the servers answer about; all of it is looked up at each request, so it may be filled later. */
export type Served = {
  readonly directory: Directory;
  /** By ARN. */
  readonly buses: ReadonlyMap<string, LocalEventBus>;
  /** By id. */
  readonly mappings: ReadonlyMap<string, ShownMapping>;
  readonly scheduling: () => StartedScheduler | undefined;
};

/** Gives the addresses. Throws one line that names the setting when the port of EventBridge is taken. */
export async function startAwsApis(
  { directory, buses, mappings, scheduling }: Served,
  eventBridgePort: number,
  cleanup: Cleanup,
  log: Log,
  faults?: Faults,
): Promise<Omit<Endpoints, 'dynamodb'>> {
  const servers = {
    sqs: createSqsServer({ queues: directory.queues, log }),
    lambda: createLambdaApi({
      functionNamed: (reference) => functionNamed(directory, reference),
      mappings: () => mappings,
      log,
    }),
    sns: createSnsServer({ topics: directory.topics, log }),
    scheduler: createSchedulerServer({ parts: scheduling, log }),
    others: createAbsentApi(log),
  };
  const eventBridge = createEventBridgeServer({ buses, log, faults });
  for (const server of [eventBridge, ...Object.values(servers)]) cleanup.add(() => server.stop());
  const { url: eventBridgeUrl } = await eventBridge.listen(eventBridgePort).catch((error: unknown) => {
    throw portProblem(error, eventBridgePort, 'EVENTBRIDGE_PORT');
  });
  const { url: sqs } = await servers.sqs.listen(0);
  const { url: lambda } = await servers.lambda.listen(0);
  const { url: sns } = await servers.sns.listen(0);
  const { url: scheduler } = await servers.scheduler.listen(0);
  const { url: others } = await servers.others.listen(0);
  return { eventBridge: eventBridgeUrl, sqs, sns, lambda, scheduler, others };
}
