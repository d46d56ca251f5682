/** Several Tributaries can live in one account, and one is the same however often it is synthesized. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { SynthesizedApp } from '../../support/synthesized-app.ts';

const made: SynthesizedApp[] = [];
afterAll(() => {
  for (const app of made) app.remove();
});

/** By the modules as they are now: after a reset every handler is bundled anew. */
async function synthesized(context: Readonly<Record<string, unknown>> = {}): Promise<SynthesizedApp> {
  const { synthesizedApp } = await import('../../support/synthesized-app.ts');
  const app = synthesizedApp(context);
  made.push(app);
  return app;
}

const NAMED = [
  ['AWS::Lambda::Function', 'FunctionName', 64],
  ['AWS::Logs::LogGroup', 'LogGroupName', 512],
  ['AWS::Events::EventBus', 'Name', 256],
  ['AWS::Events::Archive', 'ArchiveName', 48],
  ['AWS::DynamoDB::GlobalTable', 'TableName', 255],
  ['AWS::SQS::Queue', 'QueueName', 80],
  ['AWS::IAM::Role', 'RoleName', 64],
  ['AWS::Events::Rule', 'Name', 64],
  ['AWS::SNS::Topic', 'TopicName', 256],
  ['AWS::CloudWatch::Alarm', 'AlarmName', 255],
  ['AWS::CloudWatch::Dashboard', 'DashboardName', 255],
  ['AWS::Scheduler::ScheduleGroup', 'Name', 64],
] as const;

/** A name, with the region where it is deployed in it. */
const nameText = (name: unknown): string => {
  const { 'Fn::Join': [, parts] = ['', [name]] } = Object(name);
  return parts.map((part: unknown) => (Object(part).Ref === 'AWS::Region' ? 'ap-southeast-1' : String(part))).join('');
};

/** What the app names itself, which must then be unique in an account, as `type name`. */
const names = (app: SynthesizedApp): string[] => [
  ...app.stacks.map((stack) => `stack ${stack}`),
  ...NAMED.flatMap(([type, property]) =>
    app
      .all<Record<string, unknown>>(type)
      .flatMap(({ properties }) =>
        properties[property] === undefined ? [] : `${type} ${nameText(properties[property])}`,
      ),
  ),
];

describe('The stage of a deployment', () => {
  it('is in every name, so that two stages share nothing', async () => {
    const [standard, test] = [await synthesized(), await synthesized({ stage: 'test' })];
    expect(names(test).filter((name) => !/\btest-tributary\b/.test(name))).toEqual([]);
    expect(names(standard).filter((name) => names(test).includes(name))).toEqual([]);
    expect(new Set(names(test)).size).toBe(names(test).length);
  });

  it('may be as long as it can be: every name still fits', async () => {
    const app = await synthesized({ stage: 'a'.repeat(16) });
    for (const [type, property, longest] of NAMED) {
      const lengths = app
        .all<Record<string, unknown>>(type)
        .map(({ properties }) => nameText(properties[property]).length);
      expect(Math.max(...lengths), type).toBeLessThanOrEqual(longest);
    }
  });

  it.each(['Test', '1st', 'a-b', '', 'a'.repeat(17), 'tributary', 7, true])(
    'is refused by name when it is %j',
    async (stage) => {
      const { readConfig } = await import('../../../infra/config.ts');
      const { App } = await import('aws-cdk-lib');
      expect(() => readConfig(new App({ context: { stage } }).node, [])).toThrow(
        `The stage "${stage}" is not usable: 1 to 16 lower-case letters and digits, a letter first, and not tributary.`,
      );
    },
  );
});

it('The dashboard is named by its region too, since those of all regions of an account are together', async () => {
  const app = await synthesized({ stage: 'test' });
  const dashboards = app.all<{ DashboardName: unknown }>('AWS::CloudWatch::Dashboard');
  expect(dashboards.map(({ properties }) => properties.DashboardName)).toEqual([
    { 'Fn::Join': ['', ['test-tributary-', { Ref: 'AWS::Region' }]] },
  ]);
});

it('Two syntheses give the same code, byte for byte', async () => {
  const keys = async () =>
    (await synthesized())
      .all<{ FunctionName: string; Code: { S3Key: string } }>('AWS::Lambda::Function')
      .map(({ properties }) => [properties.FunctionName, properties.Code.S3Key]);
  const first = await keys();
  vi.resetModules();
  expect(await keys()).toEqual(first);
});
