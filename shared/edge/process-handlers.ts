/** The functions of a context's process managers: a bundle of their own, since they speak to more services than the others. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { type ContextCatalog, eventDefinitions, processManagerNamed } from '#shared/catalog/index.ts';
import { createDocumentClient, EVENTS_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { setting } from './environment.ts';
import { once, onFirstCall } from './first-call.ts';
import { emitMetrics } from './metrics.ts';
import { commandSender, deadlineSchedules } from './process/index.ts';
import { messageBackOff } from './queue/message-back-off.ts';
import { processConsumer } from './queue/process-consumer.ts';
import { system } from './system.ts';

/** As `contextHandlers`, of the file `<context>.processes.ts`. */
export const processHandlers = (context: ContextCatalog) => ({
  /** The consumer of one process manager, named by PROCESS_MANAGER, of the queue QUEUE_URL. */
  processes: onFirstCall(() => {
    const processManager = processManagerNamed(context, setting('PROCESS_MANAGER'));
    const client = createDocumentClient();
    const events = eventDefinitions(context);
    const store = createDynamoDbEventStore({ client, table: setting(EVENTS_TABLE.variable), events });
    const handling = { ...system(), store };
    const { clock } = handling;
    const dimensions = { Stage: setting('STAGE'), Context: context.name };
    return processConsumer(processManager, {
      table: createDynamoDbQueryTable({ client, table: setting(QUERY_TABLE.variable), version: 1 }),
      handling,
      clock,
      comeBackAfter: messageBackOff(setting('QUEUE_URL')),
      send: commandSender({
        context,
        handling,
        lambda: once(() => new LambdaClient()),
        functions: JSON.parse(setting('COMMAND_FUNCTIONS')),
        onCircuit: (target, isOpen) =>
          emitMetrics({ ...dimensions, Target: target }, { CircuitOpen: [isOpen ? 1 : 0, 'Count'] }, clock()),
      }),
      schedule: deadlineSchedules({
        client: new SchedulerClient(),
        group: setting('SCHEDULE_GROUP'),
        roleArn: setting('SCHEDULE_ROLE'),
        queueArn: setting('QUEUE_ARN'),
        deadLetterArn: setting('DEAD_LETTER_ARN'),
      }),
    });
  }),
});
