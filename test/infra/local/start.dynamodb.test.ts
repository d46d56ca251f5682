/** A whole synthesized app, with a resource of every type, runs as one. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../infra/local/start.ts';

const orders = join(import.meta.dirname, 'fixtures', 'orders');
const dynamodbEndpoint = inject('dynamodbEndpoint');
const lines: string[] = [];
const log = (level: string, source: string, line: string) => void lines.push(`${level} ${source} ${line}`);

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ assembly: orders, port: 0, dynamodbEndpoint, log });
});
afterAll(() => cloud.stop());

const call = (path: string, init?: RequestInit) => fetch(`${cloud.url}${path}`, init);
const json = async (path: string): Promise<Record<string, unknown>> => Object(await (await call(path)).json());
const order = (id: string, fields: object) => call(`/orders/${id}`, { method: 'POST', body: JSON.stringify(fields) });

describe('A running app', () => {
  it('carries a fact from the request through stream, bus, queue and function to the row', async () => {
    expect(await (await order('7', { customer: 'ada' })).json()).toEqual({ accepted: '7' });
    const row = await vi.waitUntil(
      async () => {
        const answer = await call('/orders/7');
        return answer.ok ? answer.json() : undefined;
      },
      { timeout: 10_000, interval: 50 },
    );
    expect(row).toEqual({ id: '7', customer: 'ada', status: 'OrderAccepted', account: '000000000000' });
  });

  it('gives a failing asynchronous invocation to its dead-letter queue and its destination', async () => {
    await order('8', { customer: 'ada', refused: true });
    const received = async (name: string) => {
      const queue = [...cloud.directory.queues.values()].find((each) => each.name === name);
      return (await queue?.receive({ max: 1, waitMs: 10_000 }))?.[0];
    };
    const [event, record] = await Promise.all([received('Orders-DeadLetters'), received('Orders-Failures')]);
    expect(JSON.parse(event?.body ?? '')).toEqual({ order: '8' });
    expect(event?.messageAttributes.ErrorMessage?.StringValue).toBe('it always does');
    expect(JSON.parse(record?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      requestPayload: { order: '8' },
    });
  });

  it('tells functions through the Lambda API what runs, and lets them call each other by alias', async () => {
    const health = await vi.waitUntil(
      async () => {
        const state = await json('/health');
        return state.project === 'Enabled' ? state : undefined;
      },
      { timeout: 10_000, interval: 50 },
    );
    expect(health).toEqual({ project: 'Enabled', disabled: 'Disabled', greeting: 'Hello Ada' });
  });

  it("gives a function exactly its own and Lambda's variables, nothing of this machine", async () => {
    const environment = await json('/environment');
    expect(Object.keys(environment).filter((name) => name in process.env && !/^(LANG|TZ|AWS_.*)$/.test(name))).toEqual(
      [],
    );
    expect(environment).toMatchObject({
      EVENTS: 'Orders-Events',
      ROWS: 'Orders-Rows',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Orders-Accept',
      AWS_ENDPOINT_URL: cloud.absentUrl,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: cloud.eventBridgeUrl,
      AWS_ENDPOINT_URL_SQS: cloud.sqsUrl,
      AWS_ENDPOINT_URL_LAMBDA: cloud.lambdaUrl,
      AWS_ENDPOINT_URL_SCHEDULER: cloud.schedulerUrl,
      TZ: ':UTC',
    });
  });

  it('says what it started', () => {
    expect(cloud.tables.toSorted()).toEqual(['Orders-Events', 'Orders-Rows']);
    expect(cloud.functionCount).toBe(5);
    expect(cloud.apis[0]?.routes).toContain('POST /orders/{id}');
  });
});

describe('The end of a run', () => {
  it('closes every port, can be asked for twice, and a new run finds the data again', async () => {
    const urls = [cloud.url, cloud.eventBridgeUrl, cloud.sqsUrl, cloud.lambdaUrl, cloud.schedulerUrl];
    await Promise.all([cloud.stop(), cloud.stop()]);
    expect(await Promise.all(urls.map(answers))).toEqual([false, false, false, false, false]);

    cloud = await startLocalCloud({ assembly: orders, port: 0, dynamodbEndpoint, log });
    expect(await (await call('/orders/7')).json()).toMatchObject({ id: '7', customer: 'ada' });
  });

  it('leaves nothing behind when the start fails half-way', async () => {
    const { port } = new URL(cloud.url);
    const { port: eventBridgePort } = new URL(cloud.eventBridgeUrl);
    const taken = { assembly: orders, dynamodbEndpoint, log };
    await expect(startLocalCloud({ ...taken, port: Number(port) })).rejects.toThrow(
      `Port ${port} is in use. Stop what uses it, or choose another port: PORT=`,
    );
    await expect(startLocalCloud({ ...taken, port: 0, eventBridgePort: Number(eventBridgePort) })).rejects.toThrow(
      `Port ${eventBridgePort} is in use. Stop what uses it, or choose another port: EVENTBRIDGE_PORT=`,
    );
  });

  it('names a DynamoDB that does not answer, and what to do', async () => {
    const nowhere = 'http://127.0.0.1:1';
    await expect(startLocalCloud({ assembly: orders, port: 0, dynamodbEndpoint: nowhere, log })).rejects.toThrow(
      /^No DynamoDB answers at DYNAMODB_ENDPOINT=http:\/\/127.0.0.1:1 .* Start DynamoDB Local there/,
    );
  });
});

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
