/** What runs inside a function's worker thread: one handler, loaded once, called for one event after another. */
import { format, inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { guardConnections } from '../iam/guarded-connections.ts';
import { keepToAsset } from './asset-modules.ts';
import { refuseAws } from './aws-connections.ts';
import { callHandler, checkHandler } from './handler-call.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { bringRuntimeSdk } from './runtime-sdk.ts';
import type { Invocation, ReportedError, WorkerMessage, WorkerSetup } from './worker-messages.ts';
import { missedFile, workIn } from './working-folder.ts';

if (parentPort === null) throw new Error('This file runs in a worker thread only.');
const port = parentPort;
// The owner of the thread gives exactly this.
const setup = workerData as WorkerSetup;
const say = (message: WorkerMessage) => port.postMessage(message);

speakThroughThePort();
const tell = (line: string) => say({ kind: 'log', level: 'error', text: `${line}\n` });
refuseAws(tell);
if (setup.guard !== undefined) guardConnections(setup.guard, tell);
process.on('uncaughtException', (error) => die(reported(error)));
process.on('unhandledRejection', (reason) => {
  die({ ...reported(reason), errorType: 'Runtime.UnhandledPromiseRejection' });
});

workIn(setup.codeFolder);
bringRuntimeSdk(setup.runtimeFile);
try {
  keepToAsset(setup.codeFolder);
  const handler = await loadHandler(setup.codeFolder, setup.handler);
  checkHandler(handler, setup.runtime);
  port.on('message', (invocation: Invocation) => answer(handler, invocation));
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'not-ready', error: reported(error) });
}

async function answer(handler: Handler, invocation: Invocation): Promise<void> {
  const { requestId, event } = invocation;
  process.env._X_AMZN_TRACE_ID = invocation.trace;
  process.env.AWS_LAMBDA_FUNCTION_VERSION = invocation.version;
  let result: unknown;
  try {
    result = await callHandler(handler, JSON.parse(event), contextOf(invocation), setup.runtime, whenIdle);
  } catch (error) {
    say({ kind: 'failed', requestId, error: reported(error) });
    return;
  }
  try {
    say({ kind: 'returned', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (cause) {
    const error = new Error(`Unable to stringify response body: ${reported(cause).errorMessage}`, { cause });
    error.name = 'Runtime.MarshalError';
    say({ kind: 'failed', requestId, error: reported(error) });
  }
}

/** Node tells it before it would end a thread that waits for nothing, not even for its port. */
function whenIdle(tell: () => void): () => void {
  port.unref();
  process.once('beforeExit', tell);
  return () => {
    process.off('beforeExit', tell);
    port.ref();
  };
}

function contextOf({ requestId, functionArn, version, deadline }: Invocation) {
  return {
    functionName: setup.functionName,
    functionVersion: version,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? `/aws/lambda/${setup.functionName}`,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function reported(error: unknown): ReportedError {
  if (!(error instanceof Error))
    return { errorType: typeof error, errorMessage: format(error), details: inspect(error) };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
    details: inspect(error) + missedFile(error, setup.codeFolder),
  };
}

function die(error: ReportedError): void {
  say({ kind: 'died', error });
  process.exit(1);
}

/** All output goes the way of the answers, so that a line written before an answer arrives before it. */
function speakThroughThePort(): void {
  const levels = { log: 'info', info: 'info', debug: 'info', warn: 'warn', error: 'error', trace: 'error' } as const;
  for (const [method, level] of Object.entries(levels)) {
    Reflect.set(console, method, (...values: unknown[]) => say({ kind: 'log', level, text: `${format(...values)}\n` }));
  }
  for (const [stream, level] of [[process.stdout, 'info'] as const, [process.stderr, 'error'] as const]) {
    stream._write = (chunk: Buffer, _encoding, done) => {
      say({ kind: 'log', level, text: chunk.toString() });
      done();
    };
    stream._writev = undefined;
  }
}
