/** A command that cannot be handled is answered with what the sender may know, and no more. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { by, edge } from './edge.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const refusing = (error: unknown) => (store: EventStore) => ({
  ...store,
  load: () => Promise.reject(error),
  append: () => Promise.reject(error),
});
const away = new KitError('store-unavailable', 'table tallies-events in arn:aws:dynamodb', { retryable: true });

describe('a command that cannot be answered', () => {
  it('is 404 when there is no such command', async () => {
    const answer = await edge().command('explode', '1', { body: by(1) });
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
  });

  it('is 409 when the conflict retries are used up, and at once when the command says so', async () => {
    const { command } = edge((store) => ({ ...store, append: async () => ({ kind: 'conflict' }) }));
    const expected = {
      statusCode: 409,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 409 },
    };
    expect(await command('count', '1', { body: by(1) })).toMatchObject(expected);
    expect(await command('count-once', '1', { body: by(1) })).toMatchObject(expected);
  });

  it('is 503 with Retry-After when the store is away', async () => {
    const answer = await edge(refusing(away)).command('count', '1', { body: by(1) });
    expect(answer).toMatchObject({
      statusCode: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': expect.stringMatching(/^\d+$/) },
      json: { status: 503 },
    });
    expect(JSON.stringify(answer)).not.toMatch(/tallies-events|arn:/);
  });

  it.each([
    new Error('ResourceNotFound: arn:aws:dynamodb:eu-west-1:000000000000:table/tallies-events'),
    new KitError('stream-corrupted', 'Stream tally-1 in tallies-events is corrupted'),
    new KitError('unknown-event', 'This code does not know tallies-events'),
    'a thrown text with tallies-events',
    undefined,
  ])('is 500 and tells nothing of %s', async (error) => {
    const answer = await edge(refusing(error)).command('count', '1', { body: by(1) });
    expect(answer).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json' },
      json: { status: 500, code: 'internal-error' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/tallies-events|arn:|\.ts|at \w+ \(/);
    expect(console.error).toHaveBeenCalledWith('POST /tallies/{id}/count failed', error);
  });
});
