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
