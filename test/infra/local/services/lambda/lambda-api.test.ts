/** The local Lambda API answers as Lambda does, in what it has. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLambdaApi } from '../../../../../infra/local/services/lambda/lambda-api.ts';
import type { InvocationResult, LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';

let result: InvocationResult = { ok: true, payload: null };
let live = true;
const events: unknown[] = [];
const echo: LocalFunction = {
  name: 'echo',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:function:echo',
  timeoutMs: 1_000,
  async invoke(event) {
    events.push(event);
    return result;
  },
  async invokeAsync(event) {
    if (event === 'too much') throw new Error('echo refuses the event');
    events.push(event);
  },
  async stop() {},
};
const mapping = (id: string, enabled: boolean, functionArn = echo.arn) => ({
  id,
  sourceArn: `arn:aws:sqs:eu-west-1:000000000000:${id}`,
  functionArn,
  batchSize: 10,
  enabled,
  live: () => live,
});
const mappings = [mapping('two', true, `${echo.arn}-other`), mapping('one', true), mapping('disabled', false)].map(
  (each) => [each.id, each] as const,
);

const api = createLambdaApi({
  functionNamed: (reference) => (reference.includes('echo') ? echo : undefined),
  mappings: () => new Map(mappings),
  log: () => {},
});
let url = '';
beforeAll(async () => {
  ({ url } = await api.listen(0));
});
afterAll(() => api.stop());

async function call(method: string, path: string, body?: string, type?: string) {
  const headers: Record<string, string> = type === undefined ? {} : { 'x-amz-invocation-type': type };
  const response = await fetch(`${url}/2015-03-31/${path}`, { method, body, headers });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    error: response.headers.get('x-amzn-errortype'),
    functionError: response.headers.get('x-amz-function-error'),
  };
}
const invoke = (body?: string, type?: string, name = 'echo') =>
  call('POST', `functions/${name}/invocations`, body, type);

describe('GetEventSourceMapping', () => {
  const state = async (id: string) => (await call('GET', `event-source-mappings/${id}`)).body.State;

  it('tells whether the mapping reads its source', async () => {
    live = true;
    expect(await state('one')).toBe('Enabled');
    live = false;
    expect(await state('one')).toBe('Enabling');
    expect(await state('disabled')).toBe('Disabled');
  });

  it('answers for an unknown id as Lambda does', async () => {
    expect(await call('GET', 'event-source-mappings/missing')).toMatchObject({
      status: 404,
      error: 'ResourceNotFoundException',
    });
  });
});

describe('ListEventSourceMappings', () => {
  const listed = async (query = '') => {
    const { body } = await call('GET', `event-source-mappings/${query}`);
    return { ids: body.EventSourceMappings.map(({ UUID }: { UUID: string }) => UUID), next: body.NextMarker };
  };

  it('gives all, those of a function by name or ARN, and those of a source', async () => {
    expect(await listed()).toEqual({ ids: ['disabled', 'one', 'two'], next: undefined });
    expect((await listed('?FunctionName=echo')).ids).toEqual(['disabled', 'one']);
    expect((await listed(`?FunctionName=${encodeURIComponent(`${echo.arn}-other`)}`)).ids).toEqual(['two']);
    expect((await listed('?EventSourceArn=arn:aws:sqs:eu-west-1:000000000000:one')).ids).toEqual(['one']);
    expect((await call('GET', 'event-source-mappings')).body.EventSourceMappings[0].State).toBe('Disabled');
  });

  it('goes on behind the marker of the page before', async () => {
    expect(await listed('?MaxItems=2')).toEqual({ ids: ['disabled', 'one'], next: 'one' });
    expect(await listed('?MaxItems=2&Marker=one')).toEqual({ ids: ['two'], next: undefined });
    expect(await call('GET', 'event-source-mappings?MaxItems=0')).toMatchObject({
      status: 400,
      error: 'InvalidParameterValueException',
    });
  });
});

describe('Invoke', () => {
  it('gives the result of the function', async () => {
    result = { ok: true, payload: { answer: 42 } };
    expect(await invoke('{"question":6}')).toMatchObject({ status: 200, body: { answer: 42 }, functionError: null });
    expect(events.at(-1)).toEqual({ question: 6 });
  });

  it('takes an ARN for a name, and nothing for the empty event', async () => {
    result = { ok: true, payload: undefined };
    expect(await invoke(undefined, undefined, encodeURIComponent(`${echo.arn}:live`))).toMatchObject({ body: null });
    expect(events.at(-1)).toEqual({});
  });

  it('gives the error of the function with status 200', async () => {
    result = {
      ok: false,
      reason: 'error',
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: ['TypeError: no', '    at f'],
    };
    expect(await invoke('1')).toMatchObject({
      status: 200,
      functionError: 'Unhandled',
      body: { errorType: 'TypeError', errorMessage: 'no', trace: ['TypeError: no', '    at f'] },
    });
  });

  it('accepts an event and answers at once', async () => {
    expect(await invoke('{"later":true}', 'Event')).toMatchObject({ status: 202, body: undefined });
    expect(events.at(-1)).toEqual({ later: true });
    const before = events.length;
    expect(await invoke('1', 'DryRun')).toMatchObject({ status: 204 });
    expect(events).toHaveLength(before);
  });

  it.each([
    ['a throttled function', () => invoke('1'), 429, 'TooManyRequestsException'],
    ['an unknown function', () => invoke('1', undefined, 'nobody'), 404, 'ResourceNotFoundException'],
    ['a payload that is not JSON', () => invoke('{'), 400, 'InvalidRequestContentException'],
    ['an unknown invocation type', () => invoke('1', 'Later'), 400, 'InvalidParameterValueException'],
    ['an event that the function refuses', () => invoke('"too much"', 'Event'), 413, 'RequestTooLargeException'],
    ['a payload over 6 MB', () => invoke(JSON.stringify('x'.repeat(6_291_456))), 413, 'RequestTooLargeException'],
    ['any other operation', () => call('GET', 'functions'), 501, 'NotImplementedException'],
  ])('refuses %s by its name', async (_, request, status, error) => {
    result = { ok: false, reason: 'throttled', errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
    expect(await request()).toMatchObject({ status, error });
  });
});
