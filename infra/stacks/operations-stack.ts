/** What looks across all contexts: health, the streams, the feeds, accepted commands, and the answer to unknown routes. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { COMMANDS_TABLE, EVENTS_TABLE, FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { handlerFunction } from '../constructs/handler-function.ts';
import { httpRoutes } from '../constructs/http-routes.ts';
import type { ContextStack } from './context-stack.ts';
import type { PlatformStack } from './platform-stack.ts';

type OperationsStackProps = StackProps & {
  readonly config: Config;
  readonly platform: PlatformStack;
  readonly contexts: readonly ContextStack[];
};

export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, { config, platform, contexts, ...props }: OperationsStackProps) {
    super(scope, id, props);
    const { httpApi } = platform;
    const platformFunction = (name: string, environment: Readonly<Record<string, string>>) =>
      handlerFunction(this, name, {
        name: `${config.prefix}-${name}`,
        entry: `functions/platform/${name}.handler.ts`,
        environment,
        logRetention: config.logRetention,
      });

    const tableNames = (tableOf: (stack: ContextStack) => TableV2) =>
      this.toJsonString(Object.fromEntries(contexts.map((stack) => [stack.context.name, tableOf(stack).tableName])));

    const streams = platformFunction('streams', {
      [variableOfSeveral(EVENTS_TABLE)]: tableNames(({ eventsTable }) => eventsTable),
    });
    for (const { eventsTable } of contexts) eventsTable.grant(streams, ...EVENTS_TABLE.grants.read);
    httpRoutes(this, 'Streams', { httpApi, target: streams, keys: ['GET /streams/{stream}'] });

    const commands = platformFunction('commands', {
      [variableOfSeveral(COMMANDS_TABLE)]: tableNames(({ commandLog }) => commandLog),
    });
    for (const { commandLog } of contexts) commandLog.grant(commands, ...COMMANDS_TABLE.grants.read);
    httpRoutes(this, 'AcceptedCommands', { httpApi, target: commands, keys: ['GET /commands/{stream}/{id}'] });

    const feed = platformFunction('feed', {
      [variableOfSeveral(FEED_TABLE)]: tableNames(({ feedTable }) => feedTable),
    });
    for (const { feedTable } of contexts) feedTable.grant(feed, ...FEED_TABLE.grants.read);
    httpRoutes(this, 'Feed', { httpApi, target: feed, keys: ['GET /feed/{context}'] });

    const queryTables = contexts.flatMap(({ context, projections, processManagers }) =>
      [...projections, ...processManagers].map(({ follower, table }) => [
        `${context.name}/${follower.name}`,
        table.tableName,
      ]),
    );
    const projections = platformFunction('projections', {
      [variableOfSeveral(FEED_TABLE)]: tableNames(({ feedTable }) => feedTable),
      [variableOfSeveral(QUERY_TABLE)]: this.toJsonString(Object.fromEntries(queryTables)),
    });
    for (const { feedTable, projections: views, processManagers } of contexts) {
      feedTable.grant(projections, ...FEED_TABLE.grants.read);
      for (const { table } of views) table.grant(projections, ...QUERY_TABLE.grants.query);
      for (const { table } of processManagers) table.grant(projections, ...QUERY_TABLE.grants.status);
    }
    httpRoutes(this, 'Projections', { httpApi, target: projections, keys: ['GET /projections'] });

    const tables = contexts.flatMap(({ eventsTable, feedTable, commandLog, projections, processManagers }) => [
      eventsTable,
      feedTable,
      commandLog,
      ...[...projections, ...processManagers].map(({ table }) => table),
    ]);
    const mappings = contexts.flatMap((context) => context.mappings);
    const rules = contexts.flatMap((context) => context.rules);
    const health = platformFunction('health', {
      TABLES: tables.map(({ tableName }) => tableName).join(','),
      MAPPINGS: mappings.map(({ mappingId }) => mappingId).join(','),
      RULES: rules.map(({ ruleName }) => ruleName).join(','),
    });
    for (const table of tables) table.grant(health, 'dynamodb:DescribeTable');
    health.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:GetEventSourceMapping'],
        resources: mappings.map(({ mappingArn }) => mappingArn),
      }),
    );
    if (rules.length > 0) {
      health.addToRolePolicy(
        new PolicyStatement({ actions: ['events:DescribeRule'], resources: rules.map(({ ruleArn }) => ruleArn) }),
      );
    }
    httpRoutes(this, 'Health', { httpApi, target: health, keys: ['GET /health'] });

    const notFound = platformFunction('not-found', {});
    httpRoutes(this, 'NotFound', { httpApi, target: notFound, keys: ['$default'] });
  }
}
