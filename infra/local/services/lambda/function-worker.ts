/** One worker thread runs one invocation after another; what hangs or dies takes only its own invocation with it. */
import { Worker } from 'node:worker_threads';
import { type Log, logLines } from '../../engine/log.ts';
import type { FunctionDefinition, InvocationResult } from './lambda-function.ts';
import { newTraceHeader } from './trace-header.ts';
import type { Invocation, Invoked, ReportedError, WorkerMessage, WorkerSetup } from './worker-messages.ts';
import { workerProgram } from './worker-program.ts';

export type Failure = Extract<InvocationResult, { ok: false }>;
/** `payload` is JSON text. */
export type WorkerResult = { readonly ok: true; readonly payload: string } | Failure;

export type FunctionWorker = {
  /** False once the thread has ended or is ending: throw it away. */
  usable(): boolean;
  /** Runs one invocation; the next may start only after this one has ended. Never rejects, ends at the time limit. */
  run(invoked: Invoked): Promise<WorkerResult>;
  /** Ends the thread at once; a running invocation ends as a crash. */
  end(): Promise<void>;
};

/**
 * Of the heap, where objects begin; those that stay move on to the part that has all of the function's memory. V8 would
 * let it grow to some 50 MB in every worker, whatever is in use.
 */
const YOUNG_GENERATION_MB = 4;

/** Lambda's limit for loading the module, apart from the function's own time limit. */
const INITIALISATION_MS = 10_000;

/**
 * Starts a thread with exactly the environment of the definition and loads the handler in it.
 *
 * Nothing the handler does reaches further than its invocation: a hang, a busy loop, `process.exit`, an uncaught error
 * or running out of memory ends this thread and fails the invocation that it was running. All of it is logged, except
 * a module that cannot be loaded: that is told to `onLoadFailure`.
 */
export function startWorker(
  definition: FunctionDefinition,
  log: Log,
  onLoadFailure: (error: ReportedError) => void,
): FunctionWorker {
  const lines = logLines(log, definition.name);
  let failure: Failure | undefined;
  let settle: ((result: WorkerResult) => void) | undefined;
  const ready = Promise.withResolvers<void>();

  /** The thread is of no use any more; whoever waits for it gets the failure. The first reason counts. */
  const fail = (reason: Failure, explanation = reason.errorMessage) => {
    if (failure !== undefined) return;
    failure = reason;
    lines.flush();
    lines.write('error', `${explanation}\n`);
    ready.resolve();
    settle?.(failure);
  };

  let thread: Worker;
  try {
    thread = openThread(definition);
  } catch (error) {
    // NODE_OPTIONS that a thread cannot take.
    const refused = crash('Runtime.InvalidEntrypoint', error instanceof Error ? error.message : String(error));
    fail(refused);
    return { usable: () => false, run: async () => refused, end: async () => {} };
  }

  const endThread = async () => {
    await thread.terminate();
  };
  const loading = setTimeout(() => {
    fail(timedOut('INIT', INITIALISATION_MS));
    endThread();
  }, INITIALISATION_MS);
  ready.promise.then(() => clearTimeout(loading));

  thread.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') ready.resolve();
    else if (message.kind === 'log') lines.write(message.level, message.text);
    else if (message.kind === 'returned') settle?.({ ok: true, payload: message.payload });
    else if (message.kind === 'failed') {
      lines.write('error', `${message.error.details}\n`);
      settle?.(failed('error', message.error));
    } else if (message.kind === 'died') {
      fail(failed('crash', message.error), message.error.details);
    } else {
      onLoadFailure(message.error);
      fail(failed('error', message.error), '');
      endThread();
    }
  });
  thread.stdout.on('data', (chunk) => lines.write('info', String(chunk)));
  thread.stderr.on('data', (chunk) => lines.write('error', String(chunk)));
  // Only what the thread cannot report itself arrives here, such as running out of memory.
  thread.on('error', (error: NodeJS.ErrnoException) => fail(threadError(error, definition.memoryMb)));
  thread.on('exit', (code) => fail(exited(code)));

  return {
    usable: () => failure === undefined,
    async run(invoked) {
      await ready.promise;
      if (failure !== undefined) return failure;
      const { promise, resolve } = Promise.withResolvers<WorkerResult>();
      settle = resolve;
      const timer = setTimeout(() => {
        fail(timedOut(invoked.requestId, definition.timeoutMs));
        endThread();
      }, definition.timeoutMs);
      const deadline = Date.now() + definition.timeoutMs;
      const trace = newTraceHeader(new Date());
      thread.postMessage({ ...invoked, trace, deadline } satisfies Invocation);
      const result = await promise;
      clearTimeout(timer);
      settle = undefined;
      lines.flush();
      return result;
    },
    async end() {
      fail(stopped(), '');
      await endThread();
    },
  };
}

export function stopped(): Failure {
  return crash('Runtime.ExitError', 'The function was stopped.');
}

function openThread(definition: FunctionDefinition): Worker {
  const setup: WorkerSetup = {
    codeFolder: definition.codeFolder,
    handler: definition.handler,
    runtime: definition.runtime ?? 'nodejs24.x',
    functionName: definition.name,
    memoryMb: definition.memoryMb,
    runtimeFile: import.meta.filename,
    guard: definition.guard,
  };
  return new Worker(workerProgram(), {
    name: definition.name,
    workerData: setup,
    env: { ...definition.environment },
    argv: [],
    execArgv: ['--enable-source-maps'],
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    stdout: true,
    stderr: true,
  });
}

function failed(reason: 'error' | 'crash', { errorType, errorMessage, trace }: ReportedError): Failure {
  return { ok: false, reason, errorType, errorMessage, trace };
}

function threadError(error: NodeJS.ErrnoException, memoryMb: number): Failure {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return crash(error.name, error.message);
  return crash('Runtime.OutOfMemory', `Runtime exited with error: out of memory (memory size: ${memoryMb} MB)`);
}

function exited(code: number): Failure {
  const why = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
  return crash('Runtime.ExitError', `Runtime exited ${why}`);
}

function timedOut(what: string, limitMs: number): Failure {
  const errorMessage = `${what} Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
  return { ok: false, reason: 'timeout', errorType: 'Sandbox.Timedout', errorMessage };
}

function crash(errorType: string, errorMessage: string): Failure {
  return { ok: false, reason: 'crash', errorType, errorMessage };
}
