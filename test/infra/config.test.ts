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
