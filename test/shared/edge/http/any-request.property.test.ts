/** Any request at all is answered with JSON, and never with a failure of ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, type Endpoint, httpEvent } from '../../../support/http-events.ts';
import { edge } from './edge.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', '1', '*', '"1"', 'tally-1@1', 'strong'),
);
const headerName = fc.oneof(
  fc.constantFrom(
    'idempotency-key',
    'x-correlation-id',
    'if-match',
    'if-none-match',
    'consistency',
    'consistency-token',
    'content-type',
  ),
  fc.string(),
);
const headers = fc
  .tuple(fc.dictionary(headerName, text, { noNullPrototype: true }), fc.boolean())
  .map(([all, json]) => (json ? { ...all, 'content-type': 'application/json' } : all));
const body = fc.oneof(
  text,
  fc.json({ maxDepth: 5 }),
  fc
    .record({ by: fc.anything() })
    .map((value) => JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? 0 : member))),
  fc.record({ texts: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  fc.integer({ min: 1, max: 60_000 }).map((depth) => `{"by":${'['.repeat(depth)}${']'.repeat(depth)}}`),
  fc.integer({ min: 1, max: 60_000 }).map((depth) => `{"by":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`),
);
const parameters = fc.record({ id: text, stream: fc.oneof(text, fc.constant('tally-1')) });

const expectsJson = async (endpoint: Endpoint, event: Parameters<typeof ask>[1]) => {
  const answer = await ask(endpoint, event);
  expect(answer.statusCode).toBeGreaterThanOrEqual(200);
  expect(answer.statusCode).toBeLessThan(500);
  const type = answer.statusCode === 200 ? 'application/json' : 'application/problem+json';
  expect(answer.headers['content-type']).toBe(type);
  if (answer.statusCode !== 200) {
    expect(answer.json).toMatchObject({
      status: answer.statusCode,
      type: expect.any(String),
      title: expect.any(String),
    });
  }
};

describe('any request', () => {
  it('to a command is answered with JSON and below 500', async () => {
    const { commands } = edge();
    const route = fc.oneof(
      fc.constantFrom('count', 'note', 'count-once').map((what) => `POST /tallies/{id}/${what}`),
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', '$default'),
    );
    await fc.assert(
      fc.asyncProperty(
        route,
        parameters,
        headers,
        fc.option(body, { nil: undefined }),
        fc.boolean(),
        async (key, of, sent, content, base64) => {
          await expectsJson(
            commands,
            httpEvent({
              route: key,
              parameters: of,
              headers: sent,
              ...(content === undefined ? {} : { body: content }),
              base64,
            }),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('to a query or a stream is answered with JSON and below 500', async () => {
    const { queries, streams, command } = edge();
    await command('count', '1', { body: '{"by":1}' });
    const query = fc.option(
      fc.dictionary(fc.oneof(fc.constantFrom('after', 'limit'), fc.string()), text, { noNullPrototype: true }),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(fc.option(parameters, { nil: undefined }), headers, query, async (of, sent, asked) => {
        const request = { headers: sent, ...(of && { parameters: of }), ...(asked && { query: asked }) };
        await expectsJson(queries, httpEvent({ route: 'GET /tallies/{id}', path: '/tallies/1', ...request }));
        await expectsJson(streams, httpEvent({ route: 'GET /streams/{stream}', path: '/streams/1', ...request }));
      }),
      { numRuns: 500 },
    );
  });
});
