/** What becomes of a message that cannot be applied? */
import { describe, expect, it, vi } from 'vitest';
import type { RecordedEvent } from '../../../shared/event/index.ts';
import type { RowStore } from '../../../shared/store/index.ts';
import { counted, spoilt } from '../../support/tally.ts';
import { deliver, given, key, watched } from './deliveries.ts';

describe('a message that cannot be applied', () => {
  it('is refused when it speaks of a version that the log has not got, and nothing is written', async () => {
    const { rows, store, messages } = await given([counted(1)], [counted(2)]);
    const [first] = messages;
    if (first === undefined) throw new Error('two events were recorded');
    const onRead = vi.fn();
    const ports = { rows, store: watched(store, onRead) };
    for (const version of [4, Number.MAX_SAFE_INTEGER]) {
      const early: RecordedEvent = { ...first, context: { ...first.context, version } };
      await expect(deliver(ports, early)).rejects.toThrow(
        `version ${version} of tally-1 was announced, but the log ends at 2`,
      );
    }
    expect(onRead).toHaveBeenCalledTimes(2);
    expect(await rows.read(key)).toBeUndefined();
  });

  it('holds its stream at the version before it, whether it comes by message or is met in a gap', async () => {
    const { rows, store, messages } = await given([counted(1)], [spoilt], [counted(2)]);
    const [first, second, third] = messages;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were recorded');
    await deliver({ rows, store }, first);
    await expect(deliver({ rows, store }, second)).rejects.toThrow('cannot be applied');
    await expect(deliver({ rows, store }, third)).rejects.toThrow('cannot be applied');
    expect(await rows.read(key)).toEqual({ watermark: 1, row: { sum: 1, versions: [1] } });
  });

  it('is refused when its type or its schema version is not known', async () => {
    const { rows, store, messages } = await given([counted(1)]);
    const [first] = messages;
    if (first === undefined) throw new Error('one was recorded');
    for (const context of [
      { ...first.context, what: 'Invented' },
      { ...first.context, what: 'constructor' },
      { ...first.context, schemaVersion: 3 },
    ]) {
      await expect(deliver({ rows, store }, { ...first, context })).rejects.toMatchObject({ code: 'unknown-event' });
    }
    expect(await rows.read(key)).toBeUndefined();
  });

  it('is refused, and its row named, when others write the row again and again without moving it on', async () => {
    const { store, messages } = await given([counted(1)]);
    const rows: RowStore = { read: async () => undefined, write: async () => false };
    await expect(deliver({ rows, store }, ...messages)).rejects.toThrow('v1#tally-1');
  });
});
