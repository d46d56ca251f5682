/** When does a local run have to end? */

export type EndRequest = 'stop' | 'now';

/** npm passes a Ctrl-C on that the terminal gave to all: two within this time are one. */
const SAME_REQUEST_MS = 300;
const PARENT_CHECK_MS = 300;

/**
 * Calls `end` with `stop` at the first SIGINT, SIGTERM or SIGHUP, and when the npm that started us is gone; with `now` at
 * any later signal.
 */
export function onEndRequest(end: (request: EndRequest) => void): void {
  let firstAt: number | undefined;
  const request = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      end('stop');
    } else if (now - firstAt > SAME_REQUEST_MS) end('now');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    request();
  }, PARENT_CHECK_MS);
  watch.unref();
}
