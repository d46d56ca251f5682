import { describe, expect, it } from 'vitest';
import { system } from '#shared/edge/index.ts';

const AN_HOUR_MS = 3_600_000;

describe('The pause before another try', () => {
  it('ends, without an error, when its signal is aborted before or meanwhile', async () => {
    const aborting = new AbortController();
    const pauses = [system().sleep(AN_HOUR_MS, AbortSignal.abort()), system().sleep(AN_HOUR_MS, aborting.signal)];
    aborting.abort();
    expect(await Promise.all(pauses)).toHaveLength(2);
  });
});
