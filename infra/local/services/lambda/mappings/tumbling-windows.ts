/** Records are folded into tumbling windows, each with a state that the function hands on to itself. */
import type { Deliver, WindowPart } from './shard-delivery.ts';
import type { StreamRecord } from './shard-record.ts';

/** A larger state ends its window early (Lambda developer guide, "Tumbling windows"). */
const STATE_BYTES = 1_048_576;

type Window = { readonly start: number; readonly end: number; state: unknown; readonly timer: NodeJS.Timeout };

/**
 * Delivers records with the window that their time of receipt falls into, and ends each window with an invocation
 * without records. Windows begin at multiples of their length since the epoch. An answer without `state` is a failed
 * invocation. Invocations of one fold never overlap.
 */
export function createTumbling(options: {
  readonly deliver: Deliver;
  readonly windowMs: number;
  readonly shardId: string;
  readonly streamArn: string;
  readonly onFault: (error: unknown) => void;
  readonly signal: AbortSignal;
}): { deliver(records: readonly StreamRecord[]): Promise<void> } {
  const { windowMs, shardId, streamArn, signal, onFault } = options;
  let open: Window | undefined;
  let last: Promise<void> = Promise.resolve();

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.catch(() => {}).then(work);
    return last;
  };

  function windowOf(time: number): Window {
    const start = Math.floor(time / windowMs) * windowMs;
    const window: Window = {
      start,
      end: start + windowMs,
      state: {},
      timer: setTimeout(
        () => inTurn(() => close(window, false)).catch(onFault),
        Math.max(start + windowMs - Date.now(), 0),
      ),
    };
    return window;
  }

  async function deliverTo(window: Window, records: readonly StreamRecord[], final: boolean, early: boolean) {
    const part: WindowPart = {
      members: () => ({
        window: { start: new Date(window.start).toISOString(), end: new Date(window.end).toISOString() },
        state: window.state,
        shardId,
        eventSourceARN: streamArn,
        isFinalInvokeForWindow: final,
        isWindowTerminatedEarly: early,
      }),
      accept(payload) {
        if (final) return true;
        if (typeof payload !== 'object' || payload === null || !('state' in payload)) return false;
        window.state = payload.state;
        return true;
      },
    };
    await options.deliver(records, part);
  }

  async function close(window: Window, early: boolean): Promise<void> {
    if (open !== window) return;
    clearTimeout(window.timer);
    open = undefined;
    if (!signal.aborted) await deliverTo(window, [], true, early);
  }

  async function fold(records: readonly StreamRecord[]): Promise<void> {
    for (const [start, inWindow] of Map.groupBy(
      records,
      ({ receivedAt }) => Math.floor(receivedAt / windowMs) * windowMs,
    )) {
      if (open !== undefined && open.start !== start) await close(open, false);
      open ??= windowOf(start);
      const window = open;
      await deliverTo(window, inWindow, false, false);
      if (Buffer.byteLength(JSON.stringify(window.state) ?? '') > STATE_BYTES) await close(window, true);
    }
  }

  signal.addEventListener('abort', () => clearTimeout(open?.timer));
  return { deliver: (records) => inTurn(() => fold(records)) };
}
