/**
 * What looks across all contexts: health, the streams, the feeds, accepted commands, and the answer to unknown routes. It knows the parts of the
 * contexts by their names and refers to nothing of their stacks, so that these may lose, gain and replace parts.
 */
import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PLATFORM_ROUTES } from '#shared/catalog/index.ts';
import { COMMANDS_TABLE, EVENTS_TABLE, FEED_TABLE, QUERY_TABLE, variableOfSeveral } from '#shared/dynamodb/index.ts';
import type { Config } from '../config.ts';
import { handlerFunction } from '../constructs/handler-function.ts';
import { httpRoutes } from '../constructs/http-routes.ts';
import { nameOf } from '../constructs/named-table.ts';
import { eventRules, mappedFunctions, type PLATFORM_FUNCTIONS, reconcileRule } from '../deployed-names.ts';
import type { ContextStack } from './context-stack.ts';
import type { PlatformStack } from './platform-stack.ts';

type OperationsStackProps = StackProps & {
  readonly config: Config;
  readonly platform: PlatformStack;
  readonly contexts: readonly ContextStack[];
};

export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, { config, platform, contexts, ...props }: OperationsStackProps) {
    super(scope, id, { terminationProtection: config.isProtected, ...props });
    for (const context of contexts) this.addStackDependency(context, 'it finds its parts by their names');
    const { httpApi } = platform;
    const { prefix } = config;
    const platformFunction = (
      name: (typeof PLATFORM_FUNCTIONS)[number],
      bundledSettings?: Readonly<Record<string, string>>,
    ) =>
      handlerFunction(this, name, {
        name: `${prefix}-${name}`,
        entry: `functions/platform/${name}.handler.ts`,
        environment: {},
        ...(bundledSettings && { bundledSettings }),
        logRetention: config.logRetention,
      });

    const eventsTables = contexts.map(({ context, eventsTable }) => [context.name, nameOf(eventsTable)] as const);
    const streams = platformFunction('streams', { [variableOfSeveral(EVENTS_TABLE)]: byName(eventsTables) });
    this.grantTables(streams, EVENTS_TABLE.grants.read, valuesOf(eventsTables));
    httpRoutes(this, 'Streams', { httpApi, target: streams, keys: [PLATFORM_ROUTES.streams] });

    const commandLogs = contexts.map(({ context, commandLog }) => [context.name, nameOf(commandLog)] as const);
    const commands = platformFunction('commands', { [variableOfSeveral(COMMANDS_TABLE)]: byName(commandLogs) });
    this.grantTables(commands, COMMANDS_TABLE.grants.read, valuesOf(commandLogs));
    httpRoutes(this, 'AcceptedCommands', { httpApi, target: commands, keys: [PLATFORM_ROUTES.commands] });

    const feedTables = contexts.map(({ context, feedTable }) => [context.name, nameOf(feedTable)] as const);
    const feed = platformFunction('feed', { [variableOfSeveral(FEED_TABLE)]: byName(feedTables) });
    this.grantTables(feed, FEED_TABLE.grants.read, valuesOf(feedTables));
    httpRoutes(this, 'Feed', { httpApi, target: feed, keys: [PLATFORM_ROUTES.feed] });

    const queryTables = contexts.flatMap(({ context, projections, processManagers }) =>
      [...projections, ...processManagers].map(
        ({ follower, table }) => [`${context.name}/${follower.name}`, nameOf(table)] as const,
      ),
    );
    const projections = platformFunction('projections', {
      [variableOfSeveral(FEED_TABLE)]: byName(feedTables),
      [variableOfSeveral(QUERY_TABLE)]: byName(queryTables),
    });
    this.grantTables(projections, FEED_TABLE.grants.read, valuesOf(feedTables));
    // All query tables of the stage, and no others. One by one, those of 30 contexts would not fit into a role.
    this.grantTables(projections, QUERY_TABLE.grants.query, [`${prefix}-*-Projection*`, `${prefix}-*-Process*`]);
    httpRoutes(this, 'Projections', { httpApi, target: projections, keys: [PLATFORM_ROUTES.projections] });

    const catalogs = contexts.map(({ context }) => context);
    const tables = [...eventsTables, ...feedTables, ...commandLogs, ...queryTables];
    const health = platformFunction('health', {
      TABLES: valuesOf(tables).join(','),
      MAPPED_FUNCTIONS: catalogs.flatMap((context) => mappedFunctions(config, context)).join(','),
      RULES: [
        ...catalogs.flatMap((context) => eventRules(config, context)).map((rule) => `${prefix}|${rule}`),
        ...catalogs.map((context) => reconcileRule(config, context)),
      ].join(','),
    });
    const adopted = [...config.adopted.values()].flatMap(({ events, feed }) => [events, feed]);
    this.grantTables(health, ['dynamodb:DescribeTable'], [`${prefix}-*`, ...adopted]);
    health.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:DescribeRule'],
        resources: [`${prefix}/*`, `${prefix}-*-reconcile`].map((resourceName) =>
          this.formatArn({ service: 'events', resource: 'rule', resourceName }),
        ),
      }),
    );
    // Lambda knows no resource for it: who may list mappings may list all. Source: service authorization reference, AWS Lambda.
    health.addToRolePolicy(new PolicyStatement({ actions: ['lambda:ListEventSourceMappings'], resources: ['*'] }));
    httpRoutes(this, 'Health', { httpApi, target: health, keys: [PLATFORM_ROUTES.health] });

    httpRoutes(this, 'NotFound', { httpApi, target: platformFunction('not-found'), keys: ['$default'] });
  }

  /** By names, in which `*` stands for any characters. */
  private grantTables(target: LambdaFunction, actions: readonly string[], names: readonly string[]): void {
    const resources = names.map((resourceName) =>
      this.formatArn({
        service: 'dynamodb',
        resource: 'table',
        resourceName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    );
    target.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources }));
  }
}

type Named = readonly (readonly [string, string])[];

const byName = (pairs: Named): string => JSON.stringify(Object.fromEntries(pairs));
const valuesOf = (pairs: Named): string[] => pairs.map(([, value]) => value);
