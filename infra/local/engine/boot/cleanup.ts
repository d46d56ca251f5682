/** Whatever a run started is ended once, the last things last, also when its start fails half-way. */

/** Something that was started and can be stopped; `live` says whether it works now. */
export type Running = { live(): boolean; stop(): Promise<void> };

type End = () => Promise<void> | void;

export type Cleanup = {
  /** `end` must be safe to call while everything else ends too. */
  add(end: End): void;
  /** Ends after all that was given to `add`: what the others use to the end. */
  addLast(end: End): void;
  /** Ends everything, once; later calls wait for the first. Rejects with the first failure, when all has been tried. */
  run(): Promise<void>;
};

export function createCleanup(): Cleanup {
  const first: End[] = [];
  const last: End[] = [];
  let running: Promise<void> | undefined;
  const all = async () => {
    const results = [...(await tryAll(first)), ...(await tryAll(last))];
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  };
  return {
    add: (end) => void first.push(end),
    addLast: (end) => void last.push(end),
    run() {
      running ??= all();
      return running;
    },
  };
}

function tryAll(ends: readonly End[]): Promise<PromiseSettledResult<void>[]> {
  return Promise.allSettled(ends.map(async (end) => end()));
}
