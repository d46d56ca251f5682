/** A bus on a bad day tells of each entry of PutEvents what the service would, and loses events only on their way to a target. */
import { describe, expect, it } from 'vitest';
import { chaoticDelivery, chaoticPutEvents } from '../../../../../infra/local/services/eventbridge/chaotic-bus.ts';
import { scriptedFaults } from '../../../../support/scripted-faults.ts';

const entries = (...names: string[]) => ({ Entries: names.map((Detail) => ({ Detail })) });

/** PutEvents in an outage; the first chance is for how long, the second for how it fails. */
function failingPut(way: number) {
  const faults = scriptedFaults(0, way);
  faults.active.add('bus-outage');
  const done: string[] = [];
  const put = chaoticPutEvents((body) => {
    const { Entries } = body as ReturnType<typeof entries>;
    done.push(...Entries.map(({ Detail }) => Detail));
    return { FailedEntryCount: 0, Entries: Entries.map(({ Detail }) => ({ EventId: Detail })) };
  }, faults);
  return { put, done };
}

describe('PutEvents in an outage', () => {
  it('puts every other entry, and says which', () => {
    const { put, done } = failingPut(0);
    expect(put(entries('a', 'b', 'c', 'd'))).toMatchObject({
      FailedEntryCount: 2,
      Entries: [{ ErrorCode: 'InternalFailure' }, { EventId: 'b' }, { ErrorCode: 'InternalFailure' }, { EventId: 'd' }],
    });
    expect(put(entries('e'))).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    expect(done).toEqual(['b', 'd']);
  });

  it('fails as a whole, with everything put or nothing', () => {
    const [afterwards, before] = [failingPut(0.5), failingPut(0.9)];
    for (const { put } of [afterwards, before]) expect(() => put(entries('a'))).toThrow('on purpose');
    expect([afterwards.done, before.done]).toEqual([['a'], []]);
  });
});

describe('A delivery', () => {
  it.each([
    ['drop', 0],
    ['duplicate', 2],
    ['reorder', 1],
  ] as const)('with %s arrives so often: %i', async (fault, times) => {
    const faults = scriptedFaults(0.001);
    faults.active.add(fault);
    const received: string[] = [];
    await chaoticDelivery(async (input) => void received.push(input), 'rule', faults)('event');
    expect(received).toEqual(Array.from({ length: times }, () => 'event'));
  });
});
