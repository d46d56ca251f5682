/** What a deployment is told beside its catalogs is used as it is meant, or refused in a line. */
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';

const read = (context: Readonly<Record<string, unknown>>, environment = {}) =>
  readConfig(new App({ context }).node, [{ name: 'accounts' }, { name: 'parcels' }], environment);

it('A deployment that is told nothing is not protected, adopts nothing and settles in two minutes', () => {
  expect(read({})).toMatchObject({
    prefix: 'tributary',
    isProtected: false,
    adoptsLogs: false,
    adopted: new Map(),
    settleSeconds: 120,
  });
});

it('It is protected, and takes up logs, by a word on the command line as by a value in cdk.json', () => {
  expect(read({ protect: 'true' }).isProtected).toBe(true);
  expect(read({ protect: true }).isProtected).toBe(true);
  expect(read({ protect: 'false' }).isProtected).toBe(false);
  expect(read({ adopt: 'true' }).adoptsLogs).toBe(true);
});

it('Logs of several contexts are adopted at once', () => {
  const config = read({ 'adopt:accounts': 'old-events,old-feed', 'adopt:parcels': 'a.b,c_d' });
  expect([...config.adopted]).toEqual([
    ['accounts', { events: 'old-events', feed: 'old-feed' }],
    ['parcels', { events: 'a.b', feed: 'c_d' }],
  ]);
});

describe('It refuses', () => {
  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ protect: 'yes' }, 'protect is "yes"; it must be true or false.'],
    [{ adopt: 'accounts' }, 'adopt is "accounts"; it must be true or false.'],
    [{ 'adopt:account': 'one,two' }, 'adopt:account: there is no context account; there are accounts, parcels.'],
    [{ 'adopt:accounts': 'events' }, 'adopt:accounts is "events"; it must be <events table>,<feed table>.'],
    [{ 'adopt:accounts': 'one,two,three' }, 'it must be <events table>,<feed table>.'],
    [{ 'adopt:accounts': 'one,one' }, 'it must be <events table>,<feed table>.'],
    [{ 'adopt:accounts': 'one,t*o' }, 'it must be <events table>,<feed table>.'],
  ])('%j', (context, line) => {
    expect(() => read(context)).toThrow(line);
  });

  it('all of them at once, in a line each', () => {
    expect(() => read({ stage: 'A', protect: 'yes', apiRate: 0 })).toThrow(/^The stage "A".*\napiRate .*\nprotect .*$/);
  });

  it('a settle time that is none', () => {
    expect(() => read({}, { SETTLE_SECONDS: 'soon' })).toThrow('SETTLE_SECONDS is "soon"');
  });
});

describe('Who is told of alarms', () => {
  it('is nobody, or one address', () => {
    expect(read({})).not.toHaveProperty('alarmEmail');
    for (const alarmEmail of ['ada@example.com', 'ada.l+alarms@mail.example.co.uk']) {
      expect(read({ alarmEmail })).toMatchObject({ alarmEmail });
    }
  });

  it.each([
    'ada',
    'ada@example',
    '@example.com',
    'a@b.com,c@d.com',
    'Ada <ada@example.com>',
    'a b@example.com',
    '',
    true,
    7,
  ])('is refused in a line when it is %j', (alarmEmail) => {
    expect(() => read({ alarmEmail })).toThrow(
      `alarmEmail is "${alarmEmail}"; it must be one e-mail address, such as ada@example.com.`,
    );
  });
});

describe('What the API takes', () => {
  it('is bounded, as one says or as is sensible', () => {
    expect(read({})).toMatchObject({ throttle: { perSecond: 50, burst: 100 } });
    expect(read({ apiRate: '20', apiBurst: 40 })).toMatchObject({ throttle: { perSecond: 20, burst: 40 } });
  });

  it.each([0, -1, '1.5', 'many', '', '10001', true])('is refused in a line when it is %j', (value) => {
    for (const name of ['apiRate', 'apiBurst']) {
      expect(() => read({ [name]: value })).toThrow(
        `${name} is "${value}"; it must be a whole number from 1 to 10000.`,
      );
    }
  });
});

describe('A setting that nobody reads', () => {
  const THERE = 'there are stage, protect, alarmEmail, apiRate, apiBurst, adopt, adopt:<context>.';

  it.each(['stge', 'alarmemail', 'Stage', 'adopts:accounts', ''])(
    'is refused, with those that there are: %j',
    (name) => {
      expect(() => read({ [name]: 'test' })).toThrow(`"${name}" is no setting; ${THERE}`);
    },
  );

  it('is not one of what CDK and its command line keep among them', () => {
    const theirs = {
      '@aws-cdk/core:failSynthOnValidationErrors': false,
      'aws:cdk:bundling-stacks': ['**'],
      'aws-cdk:enableDiffNoFail': true,
      'availability-zones:account=123456789012:region=eu-west-1': ['eu-west-1a'],
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
    };
    expect(read(theirs)).toEqual(read({}));
  });
});

describe('The settings of each stage in cdk.json', () => {
  const stages = {
    tributary: { protect: true, alarmEmail: 'ada@example.com', 'adopt:accounts': 'old-events,old-feed' },
    test: { apiRate: 5 },
  };

  it('are those of the stage that is deployed, and of no other', () => {
    expect(read({ stages })).toMatchObject({ isProtected: true, alarmEmail: 'ada@example.com' });
    expect([...read({ stages }).adopted.keys()]).toEqual(['accounts']);
    expect(read({ stages, stage: 'test' })).toMatchObject({
      isProtected: false,
      throttle: { perSecond: 5, burst: 100 },
    });
    expect(read({ stages, stage: 'test' })).not.toHaveProperty('alarmEmail');
    expect(read({ stages, stage: 'other' })).toEqual(read({ stage: 'other' }));
  });

  it('count less than what is said on the command line', () => {
    expect(read({ stages, protect: 'false', apiRate: '7' })).toMatchObject({
      isProtected: false,
      alarmEmail: 'ada@example.com',
      throttle: { perSecond: 7 },
    });
  });

  it.each<[unknown, string]>([
    ['test', 'stages is "test"; it must be an object, in cdk.json.'],
    [['test'], 'stages is ["test"]; it must be an object, in cdk.json.'],
    [{ test: true }, 'stages.test is true; it must be an object, in cdk.json.'],
    [{ Test: {} }, 'stages.Test: no stage can have this name; the one without a name is tributary.'],
    [
      { test: { alarmMail: 'ada@example.com' } },
      'stages.test: "alarmMail" is no setting of a stage; there are protect, alarmEmail, apiRate, apiBurst, adopt:<context>.',
    ],
    [{ test: { adopt: true } }, 'stages.test: "adopt" is no setting of a stage'],
    [{ tributary: { protect: 'on' } }, 'protect is "on"; it must be true or false.'],
  ])('are refused, also those of another stage: %j', (wrong, line) => {
    expect(() => read({ stages: wrong })).toThrow(line);
  });
});
