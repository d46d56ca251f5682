/** What the parts of a simulated run share, and the functions in it: processes that are started, kept warm, crash and run out of time. */
import type { Draws } from './draws.ts';
import type { SimulatedTime } from './simulated-time.ts';

export type Run = {
  readonly time: SimulatedTime;
  readonly draws: Draws;
  /** Makes UUIDs, no two alike. */
  readonly ids: () => string;
  /** Tells who did what, for the trace of a failing run. */
  readonly note: (who: string, what: string) => void;
};

/** One environment of a function: what it remembers is gone when it crashes. */
export type Process = {
  readonly name: string;
  /** What it works on now. Its faults are drawn under this name, so they stay with the work when other work is left out. */
  work: string;
  /** Of its machine, which is not quite right. */
  readonly clock: () => Date;
  /** Ends with the process: whoever waits for it then waits for ever. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  isAlive(): boolean;
  crash(why: string): void;
};

type Remaining = { readonly getRemainingTimeInMillis: () => number };

export type Handler<Event, Result> = (event: Event, context: Remaining) => Promise<Result>;

export type Invocation<Result> =
  | { readonly kind: 'answered'; readonly answer: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'crashed' };

const MAXIMUM_SKEW_MS = 20_000;

/** A function of which any number of environments run at once; `start` is its code outside the handler. */
export function simulatedFunction<Event, Result>(
  run: Run,
  name: string,
  seconds: number,
  start: (process: Process) => Handler<Event, Result>,
  workOf: (event: Event) => string = () => name,
): (event: Event) => Promise<Invocation<Result>> {
  const { time, draws, note } = run;
  type Environment = { readonly process: Process; readonly handler: Handler<Event, Result>; onCrash: () => void };
  const idle: Environment[] = [];
  let started = 0;

  function begin(): Environment {
    started += 1;
    const own = `${name} ${started}`;
    const isSkewed = draws.rare(`${own} skew`, [[true, 0.3]]) ?? false;
    const skew = isSkewed ? Math.round((draws.share(`${own} skew`) - 0.5) * 2 * MAXIMUM_SKEW_MS) : 0;
    let alive = true;
    const process: Process = {
      name: own,
      work: name,
      clock: () => new Date(time.now() + skew),
      sleep: (milliseconds) => new Promise((resolve) => time.after(milliseconds, () => alive && resolve())),
      isAlive: () => alive,
      crash(why) {
        if (!alive) return;
        alive = false;
        note(own, `CRASHES: ${why}`);
        // A request of an earlier invocation, which nobody waited for, can end an environment that is idle.
        if (idle.includes(environment)) idle.splice(idle.indexOf(environment), 1);
        environment.onCrash();
      },
    };
    const environment: Environment = { process, handler: start(process), onCrash: () => {} };
    return environment;
  }

  return (event) => {
    if (draws.rare(`${name} cold start`, [[true, 0.05]])) idle.length = 0;
    const environment = idle.pop() ?? begin();
    environment.process.work = workOf(event);
    const deadline = time.now() + seconds * 1_000;
    return new Promise((resolve) => {
      let isOver = false;
      const end = (invocation: Invocation<Result>) => {
        if (isOver) return;
        isOver = true;
        if (invocation.kind !== 'crashed') idle.push(environment);
        resolve(invocation);
      };
      environment.onCrash = () => end({ kind: 'crashed' });
      time.after(seconds * 1_000, () => isOver || environment.process.crash('its time was up'));
      environment.handler(event, { getRemainingTimeInMillis: () => deadline - time.now() }).then(
        (answer) => end({ kind: 'answered', answer }),
        (error: unknown) => end({ kind: 'failed', error }),
      );
    });
  };
}
