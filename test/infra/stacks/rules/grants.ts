/** Each function may do exactly what it uses, on exactly what it uses it on. */
import { isDeepStrictEqual } from 'node:util';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { contexts } from '../../../../functions/contexts.ts';
import { arnText, functions, type Grants, granted, policies } from '../../../support/grants.ts';
import type { SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule } from './rule.ts';

type Role = { ManagedPolicyArns?: unknown[]; Policies?: unknown[] };

const statements = (app: SynthesizedApp) =>
  policies(app).flatMap(({ path, stack, properties }) =>
    properties.PolicyDocument.Statement.map((statement) => ({ path, stack, statement })),
  );

const RECEIVE = ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'];
const SEND = ['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'];
const READ_STREAM = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

const QUERY = ['BatchGetItem', 'DescribeTable', 'GetItem', 'Query'];

const on = (path: string, service: string, actions: readonly string[]): Grants =>
  actions.map((action) => `${service}:${action} on ${path}`);

/** The projections that answer the queries of the aggregates themselves, by context. */
const OWN_ROWS: Readonly<Record<string, readonly string[]>> = {
  accounts: ['summary', 'transfers'],
  organizations: ['directory'],
  parcels: ['tracking'],
};

/** Of what a projection or a process manager runs on. */
const followerPaths = ({ name, projections, processManagers = [] }: ContextCatalog): string[] => [
  ...projections.map((one) => `tributary-${name}/Projection-${one.name}`),
  ...processManagers.map((one) => `tributary-${name}/Process-${one.name}`),
];

/** What calls the relay of a context: the one mapping of its stack that reads a stream. */
const relayMapping = (app: SynthesizedApp, stack: string): string =>
  first(
    app
      .all<{ StartingPosition?: string }>('AWS::Lambda::EventSourceMapping')
      .filter((mapping) => mapping.stack === stack && mapping.properties.StartingPosition !== undefined),
  ).path;

/** What the functions of the app use, by name. */
function used(app: SynthesizedApp): Map<string, Grants> {
  const grants = new Map<string, Grants>();
  const tables = app.all('AWS::DynamoDB::GlobalTable').map(({ path }) => path);
  for (const context of contexts) {
    const { name, projections, processManagers = [] } = context;
    const stack = `tributary-${name}`;
    const events = `${stack}/Events`;
    const followers = followerPaths(context);
    const append = on(events, 'dynamodb', ['DeleteItem', 'GetItem', 'PutItem', 'Query']);
    const log = on(`${stack}/Accepted/CommandLog`, 'dynamodb', ['GetItem', 'PutItem']);
    grants.set(`${stack}-commands`, [
      ...append,
      ...log,
      ...on(`${stack}/Accepted/Queue`, 'sqs', SEND),
      ...(OWN_ROWS[name] ?? []).flatMap((own) =>
        on(`${stack}/Projection-${own}/Rows`, 'dynamodb', ['BatchGetItem', 'GetItem', 'Query']),
      ),
    ]);
    grants.set(`${stack}-accepted`, [
      ...append,
      ...log,
      ...on(`${stack}/Accepted/Queue`, 'sqs', RECEIVE),
      ...on(`${stack}/Accepted/DeadLetters`, 'sqs', RECEIVE),
    ]);
    grants.set(`${stack}-queries`, [
      ...on(events, 'dynamodb', ['Query']),
      ...projections.flatMap((one) => on(`${stack}/Projection-${one.name}/Rows`, 'dynamodb', QUERY)),
      ...on(`${stack}/Feed`, 'dynamodb', ['GetItem', 'Query']),
    ]);
    grants.set(`${stack}-relay`, [
      ...on('tributary-platform/Bus', 'events', ['PutEvents']),
      ...on(`${stack}/RelayFailures`, 'sqs', SEND),
      ...on(events, 'dynamodb', [...READ_STREAM, 'Query']),
      ...on(`${stack}/Feed`, 'dynamodb', [
        'BatchGetItem',
        'BatchWriteItem',
        'GetItem',
        'PutItem',
        'Query',
        'UpdateItem',
      ]),
    ]);
    grants.set(`${stack}-reconcile`, [
      ...on(relayMapping(app, stack), 'lambda', ['GetEventSourceMapping']),
      ...on(`${stack}/Feed`, 'dynamodb', ['GetItem', 'Query']),
      ...followers.flatMap((own) => on(`${own}/Rows`, 'dynamodb', ['BatchGetItem', 'GetItem', 'PutItem', 'Query'])),
      ...followers.flatMap((own) => on(`${own}/Queue`, 'sqs', SEND)),
    ]);
    const follow = (own: string) => [
      ...on(`${own}/Rows`, 'dynamodb', ['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem']),
      ...on(events, 'dynamodb', ['Query']),
      ...on(`${own}/Queue`, 'sqs', RECEIVE),
    ];
    for (const one of projections) grants.set(`${stack}-${one.name}`, follow(`${stack}/Projection-${one.name}`));
    for (const one of processManagers) {
      const own = `${stack}/Process-${one.name}`;
      const targets = Object.values(one.sends).flatMap((sent) => sent.context ?? []);
      grants.set(`${stack}-${one.name}`, [
        ...follow(own),
        ...on(events, 'dynamodb', ['ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem']),
        ...targets.flatMap((target) => on(`tributary-${target}/Commands`, 'lambda', ['InvokeFunction'])),
        ...on(`${own}/Deadlines`, 'scheduler', ['CreateSchedule', 'DeleteSchedule']),
        ...on(`${own}/DeadlinesRole`, 'iam', ['PassRole']),
      ]);
    }
  }
  const rules = app.all('AWS::Events::Rule').map(({ path }) => path);
  grants.set(
    'tributary-streams',
    contexts.flatMap(({ name }) => on(`tributary-${name}/Events`, 'dynamodb', ['Query'])),
  );
  grants.set(
    'tributary-commands',
    contexts.flatMap(({ name }) => on(`tributary-${name}/Accepted/CommandLog`, 'dynamodb', ['GetItem'])),
  );
  grants.set(
    'tributary-feed',
    contexts.flatMap(({ name }) => on(`tributary-${name}/Feed`, 'dynamodb', ['GetItem', 'Query'])),
  );
  grants.set(
    'tributary-projections',
    contexts.flatMap((context) => [
      ...on(`tributary-${context.name}/Feed`, 'dynamodb', ['GetItem', 'Query']),
      ...followerPaths(context).flatMap((own) => on(`${own}/Rows`, 'dynamodb', QUERY)),
    ]),
  );
  grants.set('tributary-health', [
    ...tables.flatMap((table) => on(table, 'dynamodb', ['DescribeTable'])),
    ...on('*', 'lambda', ['ListEventSourceMappings']),
    ...rules.flatMap((rule) => on(rule, 'events', ['DescribeRule'])),
  ]);
  grants.set('tributary-not-found', []);
  grants.set('tributary-up', []);
  return grants;
}

const deleting = (app: SynthesizedApp) =>
  statements(app).filter(({ statement }) => [statement.Action].flat().includes('dynamodb:DeleteItem'));

/** As it is in the developer guide, "Using IAM with DynamoDB transactions". */
const IN_TRANSACTIONS = { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } };

const WITHOUT_RESOURCES = /^(?:xray:Put(?:TraceSegments|TelemetryRecords)|lambda:ListEventSourceMappings)$/;

/** Its part before the wildcard is that of every name of the stage, and of no other stage's. */
function isTooWide(resource: unknown): boolean {
  const { 'Fn::Join': [, parts] = ['', [JSON.stringify(resource)]] } = Object(resource);
  const arn = arnText(parts);
  return arn.includes('*') && !/^arn::(?:dynamodb:::table|events:::rule|scheduler:::schedule)\/tributary[-/]/.test(arn);
}

export const grantRules: readonly Rule[] = [
  {
    title: 'Nothing is deleted but in a transaction, as unique values and entries are',
    faults: (app) =>
      deleting(app)
        .filter(({ statement }) => !isDeepStrictEqual(statement.Condition, IN_TRANSACTIONS))
        .map(({ path }) => `${path}: may delete anything`),
    violate: (app) => {
      first(deleting(app)).statement.Condition = undefined;
    },
  },
  {
    title: 'A wildcard in a grant stands for names of the stage only, but where the service knows no resources',
    faults: (app) =>
      statements(app)
        .filter(({ statement: { Action, Resource, Effect } }) => {
          const actions = [Action].flat();
          const unknown = actions.every((action) => WITHOUT_RESOURCES.test(action));
          const wild = actions.some((action) => action.includes('*')) || [Resource].flat().some(isTooWide);
          return Effect !== 'Allow' || (wild && !unknown);
        })
        .map(({ path, statement }) => `${path}: ${JSON.stringify(statement)}`),
    violate: (app) => {
      first(statements(app)).statement.Resource = { 'Fn::Join': ['', ['arn:aws:dynamodb:::table/', '*']] };
    },
  },
  {
    title: 'No role has policies but its own',
    faults: (app) =>
      app
        .all<Role>('AWS::IAM::Role')
        .filter(({ properties }) => properties.ManagedPolicyArns !== undefined || properties.Policies !== undefined)
        .map(({ path }) => `${path}: policies from elsewhere`),
    violate: (app) => {
      first(app.all<Role>('AWS::IAM::Role')).properties.ManagedPolicyArns = ['AWSLambdaBasicExecutionRole'];
    },
  },
  {
    title: 'Each function may do what it uses, and nothing else',
    faults: (app) => {
      const expected = used(app);
      const names = functions(app).map(({ properties }) => properties.FunctionName);
      return [
        ...[...expected.keys()]
          .filter((name) => !names.includes(name))
          .map((name) => `${name}: there is no such function`),
        ...functions(app).flatMap((each) => {
          const { FunctionName } = each.properties;
          const may = new Set(granted(app, each));
          const uses = new Set(expected.get(FunctionName) ?? []);
          return [
            ...[...may].filter((grant) => !uses.has(grant)).map((grant) => `${FunctionName}: ${grant} is not used`),
            ...[...uses].filter((grant) => !may.has(grant)).map((grant) => `${FunctionName}: ${grant} is missing`),
          ];
        }),
      ];
    },
    violate: (app) => {
      const reading = statements(app).find(({ statement }) => statement.Action === 'dynamodb:Query');
      first(reading === undefined ? [] : [reading]).statement.Action = ['dynamodb:Query', 'dynamodb:Scan'];
    },
  },
];
