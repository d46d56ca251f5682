/** What a bounded context runs on is derived from its catalog; a broken context stops nobody else. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { type ContextCatalog, commandRoutes, ownProjections, queryRoutes } from '#shared/catalog/index.ts';
import { COMMANDS_TABLE, EVENTS_TABLE, FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { AcceptedCommands } from '../constructs/accepted-commands.ts';
import { eventsTable, feedTable, relay } from '../constructs/event-log.ts';
import { FollowerResources } from '../constructs/follower-resources.ts';
import { grantInTransactions, handlerFunction, handlersOf } from '../constructs/handler-function.ts';
import { httpRoutes } from '../constructs/http-routes.ts';
import { processResources } from '../constructs/process-resources.ts';
import { reconciler } from '../constructs/reconcile-schedule.ts';
import { functionName } from '../deployed-names.ts';
import type { PlatformStack } from './platform-stack.ts';

type ContextStackProps = StackProps & {
  readonly config: Config;
  readonly context: ContextCatalog;
  readonly platform: PlatformStack;
  /** Whether a process of another context sends commands here. */
  readonly isSentTo: boolean;
};

export class ContextStack extends Stack {
  readonly context: ContextCatalog;
  readonly eventsTable: TableV2;
  readonly feedTable: TableV2;
  readonly commandLog: TableV2;
  readonly projections: readonly FollowerResources[];
  readonly processManagers: readonly FollowerResources[];

  constructor(scope: Construct, id: string, { config, context, platform, isSentTo, ...props }: ContextStackProps) {
    super(scope, id, { terminationProtection: config.isProtected, ...props });
    const { httpApi } = platform;
    // By its name: a reference would tie the stacks together.
    const bus = EventBus.fromEventBusName(this, 'Bus', config.prefix);
    this.context = context;
    const adopted = config.adopted.get(context.name);
    this.eventsTable = eventsTable(this, { config, name: adopted?.events });
    this.feedTable = feedTable(this, { config, name: adopted?.feed });
    const shared = { context, config, bus, eventsTable: this.eventsTable };
    this.projections = context.projections.map(
      (projection) =>
        new FollowerResources(this, `Projection-${projection.name}`, {
          ...shared,
          follower: projection,
          entry: handlersOf(context),
          handler: 'projections',
          environment: { PROJECTION: projection.name },
        }),
    );
    this.processManagers = (context.processManagers ?? []).map((processManager) =>
      processResources(this, { ...shared, processManager }),
    );
    const followers = [...this.projections, ...this.processManagers];
    const relayMapping = relay(this, { context, config, bus, events: this.eventsTable, feed: this.feedTable });
    reconciler(this, { context, config, feed: this.feedTable, relayMapping, followers });
    const accepted = new AcceptedCommands(this, 'Accepted', { context, config, eventsTable: this.eventsTable });
    this.commandLog = accepted.log;

    const entry = handlersOf(context);
    const tableNames = (of: readonly FollowerResources[]) =>
      this.toJsonString(Object.fromEntries(of.map(({ follower, table }) => [follower.name, table.tableName])));
    const own = this.projections.filter(({ follower }) =>
      ownProjections(context).some(({ name }) => name === follower.name),
    );
    const commands = handlerFunction(this, 'Commands', {
      name: functionName(config, context.name, 'commands'),
      entry,
      handler: 'commands',
      environment: {
        STAGE: config.prefix,
        [EVENTS_TABLE.variable]: this.eventsTable.tableName,
        [COMMANDS_TABLE.variable]: accepted.log.tableName,
        [variableOfSeveral(QUERY_TABLE)]: tableNames(own),
        QUEUE_URL: accepted.queue.queueUrl,
      },
      logRetention: config.logRetention,
    });
    this.eventsTable.grant(commands, ...EVENTS_TABLE.grants.append);
    accepted.grantAccept(commands);
    for (const { table } of own) table.grant(commands, ...QUERY_TABLE.grants.read);
    if (isSentTo) this.eventsTable.grant(commands, ...EVENTS_TABLE.grants.keepAnswers);
    grantInTransactions(commands, this.eventsTable, EVENTS_TABLE.grants.releaseInTransaction);
    httpRoutes(this, 'Commands', { httpApi, target: commands, keys: commandRoutes(context).map(({ key }) => key) });

    const queries = handlerFunction(this, 'Queries', {
      name: functionName(config, context.name, 'queries'),
      entry,
      handler: 'queries',
      environment: {
        [EVENTS_TABLE.variable]: this.eventsTable.tableName,
        [FEED_TABLE.variable]: this.feedTable.tableName,
        [variableOfSeveral(QUERY_TABLE)]: tableNames(this.projections),
      },
      logRetention: config.logRetention,
    });
    this.eventsTable.grant(queries, ...EVENTS_TABLE.grants.read);
    this.feedTable.grant(queries, ...FEED_TABLE.grants.read);
    for (const { table } of this.projections) table.grant(queries, ...QUERY_TABLE.grants.query);
    httpRoutes(this, 'Queries', { httpApi, target: queries, keys: queryRoutes(context).map(({ key }) => key) });
  }
}
