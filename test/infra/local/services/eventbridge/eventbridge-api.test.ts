/** An AWS client gets from the local buses what it gets from EventBridge. */
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  CreateEventBusCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventBus } from '../../../../../infra/local/services/eventbridge/event-bus.ts';
import { createEventBridgeServer } from '../../../../../infra/local/services/eventbridge/eventbridge-api.ts';
import { recordedLog, rule, target } from './bus-fixtures.ts';

const arnOf = (name: string): string => `arn:aws:events:eu-west-1:000000000000:event-bus/${name}`;
const { log, lines } = recordedLog();
const buses = new Map(
  ['default', 'orders'].map((name) => [arnOf(name), createEventBus({ name, arn: arnOf(name) }, log)]),
);
const server = createEventBridgeServer({ buses, log });
const seen = { default: target('d'), orders: target('o') };
let url: string;
let client: EventBridgeClient;

beforeAll(async () => {
  url = (await server.listen(0)).url;
  client = new EventBridgeClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    maxAttempts: 1,
  });
  buses.get(arnOf('default'))?.putRule(rule('all', [seen.default], { pattern: { version: ['0'] } }));
  buses.get(arnOf('orders'))?.putRule(rule('all', [seen.orders], { pattern: { version: ['0'] } }));
});
beforeEach(() => {
  seen.default.received.length = 0;
  seen.orders.received.length = 0;
  lines.length = 0;
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  await Promise.all([...buses.values()].map((bus) => bus.stop()));
});

const entry = (overrides: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'accounts',
  DetailType: 'AccountOpened',
  Detail: '{"id":"a-1"}',
  ...overrides,
});
const put = (...entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries: entries }));
const raw = async (body: string, target = 'AWSEvents.PutEvents', method = 'POST') => {
  const response = await fetch(url, {
    method,
    headers: { 'x-amz-target': target },
    ...(method === 'POST' && { body }),
  });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: await response.json() };
};

describe('What there is', () => {
  it('is listed: buses by prefix, the rules of a bus, the targets of a rule', async () => {
    const buses = await client.send(new ListEventBusesCommand({ NamePrefix: 'ord' }));
    expect(buses.EventBuses).toEqual([{ Name: 'orders', Arn: arnOf('orders') }]);
    const all = { Name: 'all', Arn: 'arn:rule/all', State: 'ENABLED', EventPattern: '{"version":["0"]}' };
    const rules = await client.send(new ListRulesCommand({ EventBusName: 'orders' }));
    expect(rules.Rules).toEqual([{ ...all, EventBusName: 'orders' }]);
    expect((await client.send(new ListRulesCommand({ NamePrefix: 'none' }))).Rules).toEqual([]);
    const targets = await client.send(new ListTargetsByRuleCommand({ Rule: 'all', EventBusName: arnOf('orders') }));
    expect(targets.Targets).toEqual([{ Id: 'o', Arn: 'arn:target/o' }]);
  });

  it('is told when it is not there', async () => {
    const noRule = client.send(new ListTargetsByRuleCommand({ Rule: 'none' }));
    await expect(noRule).rejects.toThrow('Rule none does not exist on EventBus default.');
    const noBus = client.send(new ListRulesCommand({ EventBusName: 'none' }));
    await expect(noBus).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});

describe('PutEvents', () => {
  it('delivers to the default bus, and to another by name or ARN', async () => {
    const time = new Date('2026-01-02T03:04:05Z');
    const answer = await put(
      entry({ Time: time, Resources: ['arn:x'] }),
      entry({ EventBusName: 'orders' }),
      entry({ EventBusName: arnOf('orders') }),
      entry({ EventBusName: 'default' }),
    );
    expect(answer.FailedEntryCount).toBe(0);
    expect(new Set(answer.Entries?.map(({ EventId }) => EventId)).size).toBe(4);
    expect([seen.default.received.length, seen.orders.received.length]).toEqual([2, 2]);
    expect(JSON.parse(seen.default.received[0] ?? '')).toMatchObject({
      id: answer.Entries?.[0]?.EventId,
      source: 'accounts',
      'detail-type': 'AccountOpened',
      time: '2026-01-02T03:04:05Z',
      resources: ['arn:x'],
      detail: { id: 'a-1' },
    });
  });

  it('accepts an event for an unknown bus, loses it and says so', async () => {
    const answer = await put(entry({ EventBusName: 'typo' }));
    expect(answer).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
    });
    expect(lines).toEqual(['error events: no bus typo: AccountOpened is lost; buses here: default, orders']);
  });

  it('fails entries one by one, in their places, and takes the others', async () => {
    const answer = await put(
      entry({ Source: undefined }),
      entry({ DetailType: '' }),
      entry({ Detail: undefined }),
      entry({ Detail: 'text' }),
      entry({ Detail: '[1]' }),
      entry({ Detail: 'null' }),
      entry({ Detail: `${'{"a":'.repeat(1001)}1${'}'.repeat(1001)}` }),
      entry({ Source: 'aws.mine' }),
      entry({ Detail: `{"s":"${'['.repeat(2000)}"}` }),
    );
    const missing = (name: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    });
    const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    expect(answer.FailedEntryCount).toBe(8);
    expect(answer.Entries?.slice(0, 8)).toEqual([
      missing('Source'),
      missing('DetailType'),
      missing('Detail'),
      malformed,
      malformed,
      malformed,
      malformed,
      { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' },
    ]);
    expect(answer.Entries?.[8]?.EventId).toBeDefined();
    expect(seen.default.received).toHaveLength(1);
  });

  it('takes ten entries and refuses none and eleven as a whole', async () => {
    expect((await put(...Array.from({ length: 10 }, () => entry()))).FailedEntryCount).toBe(0);
    await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /^1 validation error detected: Value '\[PutEventsRequestEntry\(.* less than or equal to 10$/,
      ),
      $metadata: { httpStatusCode: 400 },
    });
    await expect(put()).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('greater than or equal to 1'),
    });
    expect(seen.default.received).toHaveLength(10);
  });

  it('counts time as 14 bytes and texts in UTF-8, and takes less than 1 MiB in all', async () => {
    const detailOf = (bytes: number): string => `{"é":"${'x'.repeat(bytes - 9)}"}`;
    const fixed = { Source: 'é', DetailType: 'd', Resources: ['ré'], Time: new Date(0) };
    const room = 1_048_576 - 1 - 2 - 1 - 3 - 14;
    expect(Buffer.byteLength(detailOf(room))).toBe(room);
    expect((await put({ ...fixed, Detail: detailOf(room) })).FailedEntryCount).toBe(0);
    const over = {
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    };
    await expect(put({ ...fixed, Detail: detailOf(room + 1) })).rejects.toMatchObject(over);
    await expect(put(entry({ Detail: detailOf(600_000) }), entry({ Detail: detailOf(600_000) }))).rejects.toMatchObject(
      over,
    );
    expect(seen.default.received).toHaveLength(1);
  });

  it('answers before a slow target has', async () => {
    const bus = buses.get(arnOf('orders'));
    const slow = target('slow', { deliver: () => new Promise(() => {}) });
    bus?.putRule(rule('slow', [slow]));
    expect((await put(entry({ EventBusName: 'orders' }))).FailedEntryCount).toBe(0);
    bus?.putRule(rule('slow', []));
  });
});

describe('TestEventPattern', () => {
  const event = {
    id: '1',
    account: '0',
    source: 's',
    time: '2026-01-01T00:00:00Z',
    region: 'r',
    resources: [],
    'detail-type': 'd',
    detail: { n: 5 },
  };
  const ask = (EventPattern: string, Event: string) =>
    client.send(new TestEventPatternCommand({ EventPattern, Event }));

  it.each([
    ['{"detail":{"n":[{"numeric":[">",4]}]}}', true],
    ['{"detail":{"n":[{"numeric":[">",5]}]}}', false],
  ])('says of %s: %s', async (pattern, result) => {
    expect((await ask(pattern, JSON.stringify(event))).Result).toBe(result);
  });

  it('refuses an invalid pattern with the service exception and its place', async () => {
    const failure = ask('{"source": "s"}', JSON.stringify(event));
    await expect(failure).rejects.toBeInstanceOf(InvalidEventPatternException);
    await expect(failure).rejects.toThrow(
      'Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"{"source": "s"}"; line: 1, column: 13]',
    );
  });

  it.each(['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'])(
    'needs %s in the event',
    async (name) => {
      const { [name]: _, ...rest } = event as Record<string, unknown>;
      await expect(ask('{"a":[1]}', JSON.stringify(rest))).rejects.toMatchObject({
        name: 'ValidationException',
        message: 'Parameter Event is not valid.',
      });
    },
  );

  it.each(['text', '"x"', '[]', 'null'])('refuses the event %s', async (text) => {
    await expect(ask('{"a":[1]}', text)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter Event is not valid.',
    });
  });
});

describe('descriptions', () => {
  it('tell a rule with its pattern', async () => {
    const answer = await client.send(new DescribeRuleCommand({ Name: 'all', EventBusName: 'orders' }));
    expect(answer).toMatchObject({
      Name: 'all',
      Arn: 'arn:rule/all',
      State: 'ENABLED',
      EventBusName: 'orders',
      EventPattern: '{"version":["0"]}',
    });
  });

  it('tell a scheduled rule that is disabled', async () => {
    buses
      .get(arnOf('default'))
      ?.putRule(rule('tick', [], { enabled: false, pattern: undefined, schedule: 'rate(1 day)' }));
    const answer = await client.send(new DescribeRuleCommand({ Name: 'tick' }));
    expect(answer).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(1 day)' });
    expect(answer.EventPattern).toBeUndefined();
  });

  it('tell a bus by name, and the default one without', async () => {
    expect(await client.send(new DescribeEventBusCommand({ Name: 'orders' }))).toMatchObject({
      Name: 'orders',
      Arn: arnOf('orders'),
    });
    expect(await client.send(new DescribeEventBusCommand({}))).toMatchObject({ Name: 'default' });
  });

  it('of what does not exist fail with the service exception', async () => {
    await expect(client.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    await expect(client.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toThrow(
      'Rule none does not exist on EventBus default.',
    );
    await expect(client.send(new DescribeEventBusCommand({ Name: 'none' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });
});

describe('a request that makes no sense', () => {
  it('for an unknown action is refused with the action named', async () => {
    await expect(client.send(new CreateEventBusCommand({ Name: 'x' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message:
        'The local EventBridge does not support AWSEvents.CreateEventBus; it has PutEvents, TestEventPattern, DescribeRule, DescribeEventBus, ListEventBuses, ListRules, ListTargetsByRule.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it.each([
    ['bad JSON', '{"Entries":', 'AWSEvents.PutEvents', 400, 'SerializationException'],
    ['no object', '[]', 'AWSEvents.PutEvents', 400, 'SerializationException'],
    ['no body', '', 'AWSEvents.PutEvents', 400, 'SerializationException'],
    ['a wrong type', '{"Entries":[{"Source":1}]}', 'AWSEvents.PutEvents', 400, 'SerializationException'],
    ['a time out of range', '{"Entries":[{"Time":1e300}]}', 'AWSEvents.PutEvents', 400, 'SerializationException'],
    ['a wrong type elsewhere', '{"Name":{}}', 'AWSEvents.DescribeRule', 400, 'ValidationException'],
    ['no target', '{}', '', 400, 'UnknownOperationException'],
    ['another service', '{}', 'AmazonSQS.SendMessage', 400, 'UnknownOperationException'],
    ['a member of every object', '{}', 'AWSEvents.constructor', 400, 'UnknownOperationException'],
    [
      'a body of more than 8 MiB',
      'x'.repeat(9 * 1_048_576),
      'AWSEvents.PutEvents',
      413,
      'RequestEntityTooLargeException',
    ],
  ])('with %s is refused', async (_what, body, action, status, type) => {
    expect(await raw(body, action)).toMatchObject({
      status,
      type,
      body: { __type: type, message: expect.any(String) },
    });
    expect((await put(entry())).FailedEntryCount).toBe(0);
  });

  it('with another method is refused', async () => {
    expect(await raw('', '', 'GET')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('GET /') },
    });
  });

  it('is answered with a failure when a bus fails, and the log says why', async () => {
    const stopped = createEventBus({ name: 'stopped', arn: arnOf('stopped') }, log);
    await stopped.stop();
    buses.set(stopped.arn, stopped);
    await expect(put(entry({ EventBusName: 'stopped' }))).rejects.toMatchObject({
      name: 'InternalException',
      $metadata: { httpStatusCode: 500 },
    });
    expect(lines).toEqual(['error events: request failed: Event bus stopped is stopped.']);
    buses.delete(stopped.arn);
  });
});

describe('the server', () => {
  it('rejects a port that is taken with the error of the system', async () => {
    const second = createEventBridgeServer({ buses, log });
    await expect(second.listen(Number(new URL(url).port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('listens on the loopback address only', () => {
    expect(new URL(url).hostname).toBe('127.0.0.1');
  });

  it('ends connections in the middle of a request when it stops', async () => {
    const brief = createEventBridgeServer({ buses, log });
    const { url: address } = await brief.listen(0);
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    const head = 'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSEvents.DescribeEventBus\r\n';
    socket.write(`${head}content-length: 2\r\n\r\n{}${head}content-length: 99\r\n\r\n{`);
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await brief.stop();
    await closed;
    expect(lines).toEqual([]);
  });
});
