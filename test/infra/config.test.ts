import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';

const configOf = (context: Readonly<Record<string, unknown>>) => readConfig(new App({ context }).node, {});

describe('Who is told of alarms', () => {
  it('is nobody, or one address', () => {
    expect(configOf({})).not.toHaveProperty('alarmEmail');
    for (const alarmEmail of ['ada@example.com', 'ada.l+alarms@mail.example.co.uk']) {
      expect(configOf({ alarmEmail })).toMatchObject({ alarmEmail });
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
    expect(() => configOf({ alarmEmail })).toThrow(
      `alarmEmail is "${alarmEmail}"; it must be one e-mail address, such as ada@example.com.`,
    );
  });
});

describe('What the API takes', () => {
  it('is bounded, as one says or as is sensible', () => {
    expect(configOf({})).toMatchObject({ throttle: { perSecond: 50, burst: 100 } });
    expect(configOf({ apiRate: '20', apiBurst: 40 })).toMatchObject({ throttle: { perSecond: 20, burst: 40 } });
  });

  it.each([0, -1, '1.5', 'many', '', '10001', true])('is refused in a line when it is %j', (value) => {
    for (const name of ['apiRate', 'apiBurst']) {
      expect(() => configOf({ [name]: value })).toThrow(
        `${name} is "${value}"; it must be a whole number from 1 to 10000.`,
      );
    }
  });
});
