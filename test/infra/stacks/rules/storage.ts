/** What was recorded is safe from a deployment, and can be had again. */
import type { Reference, SynthesizedApp } from '../../../support/synthesized-app.ts';
import { first, type Rule, without } from './rule.ts';

type Table = {
  TableName?: string | undefined;
  BillingMode?: string;
  StreamSpecification?: { StreamViewType?: string };
  Replicas: { PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled?: boolean } }[];
};
type Expiring = { TimeToLiveSpecification?: { AttributeName?: string; Enabled?: boolean } };
type Archive = { SourceArn: Reference; EventPattern?: { source?: unknown }; RetentionDays?: number };

const tables = (app: SynthesizedApp) => app.all<Table>('AWS::DynamoDB::GlobalTable');
const commandLogs = (app: SynthesizedApp) =>
  app.all<Expiring>('AWS::DynamoDB::GlobalTable').filter(({ path }) => path.endsWith('/CommandLog'));
const logTables = (app: SynthesizedApp) => tables(app).filter(({ path }) => /\/(?:Events|Feed)$/.test(path));
const eventsTables = (app: SynthesizedApp) => tables(app).filter(({ path }) => path.endsWith('/Events'));

export const storageRules: readonly Rule[] = [
  {
    title:
      'The log of a context and its feed outlive their stack, and leave nothing behind when their first deployment fails',
    faults: (app) =>
      without(
        logTables(app),
        'can be deleted, or is left behind',
        ({ deletionPolicy, updateReplacePolicy }) =>
          deletionPolicy === 'RetainExceptOnCreate' && updateReplacePolicy === 'Retain',
      ),
    violate: (app) => {
      first(logTables(app)).deletionPolicy = 'Retain';
    },
  },
  {
    title: 'Every table has a name of its own, as text, so that one that was kept is taken up again',
    faults: (app) =>
      without(
        tables(app),
        'is not named after its stack and logical id',
        ({ stack, id, properties: { TableName } }) => TableName === `${stack}-${id}`,
      ),
    violate: (app) => {
      first(tables(app)).properties.TableName = undefined;
    },
  },
  {
    title: 'The log can be restored to any second, in every replica',
    faults: (app) =>
      without(eventsTables(app), 'no point-in-time recovery', ({ properties: { Replicas } }) =>
        Replicas.every((replica) => replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true),
      ),
    violate: (app) => {
      for (const replica of first(eventsTables(app)).properties.Replicas)
        delete replica.PointInTimeRecoverySpecification;
    },
  },
  {
    title: 'The stream of the log carries new commits whole',
    faults: (app) =>
      without(
        eventsTables(app),
        'the stream has no new image',
        ({ properties }) => properties.StreamSpecification?.StreamViewType === 'NEW_IMAGE',
      ),
    violate: (app) => {
      first(eventsTables(app)).properties.StreamSpecification = { StreamViewType: 'KEYS_ONLY' };
    },
  },
  {
    title: 'No table has a capacity that somebody must guess',
    faults: (app) =>
      without(tables(app), 'not on demand', ({ properties }) => properties.BillingMode === 'PAY_PER_REQUEST'),
    violate: (app) => {
      first(tables(app)).properties.BillingMode = 'PROVISIONED';
    },
  },
  {
    title: 'What became of accepted commands is forgotten in time, and nothing else is',
    faults: (app) => {
      const expiring = app
        .all<Expiring>('AWS::DynamoDB::GlobalTable')
        .filter(({ properties: { TimeToLiveSpecification: ttl } }) => ttl?.Enabled && ttl.AttributeName === 'expiresAt')
        .map(({ path }) => path);
      const logs = commandLogs(app).map(({ path }) => path);
      return [
        ...logs.filter((path) => !expiring.includes(path)).map((path) => `${path}: is kept for ever`),
        ...expiring.filter((path) => !logs.includes(path)).map((path) => `${path}: is forgotten`),
      ];
    },
    violate: (app) => {
      delete first(commandLogs(app)).properties.TimeToLiveSpecification;
    },
  },
  {
    title: 'Every bus has an archive of what the contexts publish, for a limited time',
    faults: (app) => {
      const archived = app
        .all<Archive>('AWS::Events::Archive')
        .filter(({ properties: { EventPattern, RetentionDays } }) => {
          const all = JSON.stringify(EventPattern?.source) === JSON.stringify([{ prefix: 'tributary.' }]);
          return all && (RetentionDays ?? 0) > 0;
        })
        .map(({ stack, properties }) => app.target(stack, properties.SourceArn).path);
      return without(app.all('AWS::Events::EventBus'), 'no archive', ({ path }) => archived.includes(path));
    },
    violate: (app) => {
      first(app.all<Archive>('AWS::Events::Archive')).properties.RetentionDays = 0;
    },
  },
];
