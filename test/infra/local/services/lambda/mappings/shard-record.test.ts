/** A record looks to the function as Lambda shows it. */
import { expect, test } from 'vitest';
import { batcherOf, streamRecord } from '../../../../../../infra/local/services/lambda/mappings/shard-record.ts';

const streamArn = 'arn:aws:dynamodb:ddblocal:000000000000:table/accounts/stream/2026-01-01T00:00:00.000';
const source = { eventName: 'REMOVE' as const, dynamodb: { SequenceNumber: '1', Keys: { id: { S: 'a' } } } };

test('a removal by time to live carries the identity of the service', () => {
  // DynamoDB Local gives a name that the SDK's own type does not have.
  const expired = { ...source, eventName: 'UNKNOWN_TO_SDK_VERSION' as unknown as 'REMOVE' };
  expect(streamRecord(expired, streamArn, 0).event).toMatchObject({
    eventName: 'REMOVE',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  });
  expect(streamRecord(source, streamArn, 0).event).not.toHaveProperty('userIdentity');
});

test('an identity that DynamoDB gives has the names of the event', () => {
  const identity = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' };
  expect(streamRecord({ ...source, userIdentity: identity }, streamArn, 0).event).toMatchObject({
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  });
});

test('binary is text at every depth, everything else stays as it is', () => {
  const bytes = new Uint8Array([255, 0]);
  const NewImage = {
    one: { B: bytes },
    set: { BS: [bytes] },
    deep: { L: [{ M: { b: { B: bytes }, n: { N: '1' }, no: { NULL: true }, yes: { BOOL: false } } }] },
  };
  const { event } = streamRecord({ ...source, dynamodb: { ...source.dynamodb, NewImage } }, streamArn, 0);
  expect(event.dynamodb).toMatchObject({
    NewImage: {
      one: { B: '/wA=' },
      set: { BS: ['/wA='] },
      deep: { L: [{ M: { b: { B: '/wA=' }, n: { N: '1' }, no: { NULL: true }, yes: { BOOL: false } } }] },
    },
  });
});

test('an item has one batcher, whatever the order in which its keys are given', () => {
  const keyed = (Keys: Record<string, { S: string }>) =>
    streamRecord({ ...source, dynamodb: { SequenceNumber: '1', Keys } }, streamArn, 0);
  const one = keyed({ a: { S: '1' }, b: { S: '2' } });
  const other = keyed({ b: { S: '2' }, a: { S: '1' } });
  expect(batcherOf(one, 10)).toBe(batcherOf(other, 10));
  const batchers = Array.from({ length: 100 }, (_, n) => batcherOf(keyed({ a: { S: `${n}` } }), 4));
  expect(new Set(batchers)).toEqual(new Set([0, 1, 2, 3]));
});
