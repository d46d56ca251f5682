/** A function URL of the template answers on this machine as Lambda would. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Running } from '../../../engine/boot/cleanup.ts';
import type { Log } from '../../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../../engine/loopback.ts';
import { actingUser, impossibleUser, USER_HEADER } from '../../api-gateway/acting-user.ts';
import { type CorsConfiguration, isPreflight, preflightAnswer, sharingHeaders } from '../../api-gateway/cors.ts';
import {
  createAnsweringServer,
  newTraceId,
  type RequestIds,
  readRequest,
} from '../../api-gateway/gateway-connection.ts';
import { type Answer, functionAnswer, InvalidResponse } from '../../api-gateway/gateway-response.ts';
import { headerValues, type ReceivedRequest } from '../../api-gateway/payload-event.ts';
import type { InvocationResult, LocalFunction } from '../lambda-function.ts';
import { type FunctionUrlDefinition, urlEvent } from './url-event.ts';

export type LocalFunctionUrl = Running & {
  /** Listens, and gives the address. Port 0 takes a free one. Fails with the system's error (EADDRINUSE) when it is taken. */
  listen(port: number): Promise<string>;
};

const requestIds: RequestIds = { header: 'x-amzn-requestid', next: randomUUID };

/** Lambda quotas: a synchronous request. The event, which has the body in it, must not be larger either. */
const BODY_LIMIT = 6_291_456;

/** Of what a function answers with a status and without a type. */
const DEFAULT_TYPE = 'application/json';

/**
 * The URL of a function on the loopback interface, in the mode `BUFFERED`.
 *
 * Every answer carries `x-amzn-requestid`, which is the id of the invocation too. A function that fails, crashes, times out or returns what
 * cannot be sent is 502, one that is throttled 429, and a request that is larger than Lambda takes 413. An invocation goes on when the
 * client leaves. With authorization `AWS_IAM` nobody signs here: the request acts as the user that the header `x-local-user` names, or as
 * `local`. With `cors` preflights are answered without the function, and to all other answers the configured headers are added beside those
 * that the function gives.
 */
export function createFunctionUrl(
  definition: FunctionUrlDefinition,
  target: LocalFunction,
  log: Log,
  cors?: CorsConfiguration,
): LocalFunctionUrl {
  const server = createAnsweringServer(requestIds, async (request, requestId) => {
    const given = await answer(request, requestId);
    return cors === undefined || isPreflight(request.method ?? '', request.rawHeaders)
      ? given
      : { ...given, headers: [...given.headers, ...sharingHeaders(cors, request.rawHeaders)] };
  });

  async function answer(request: IncomingMessage, requestId: string): Promise<Answer> {
    const received = await readRequest(request, BODY_LIMIT);
    if (received === 'too large') {
      return refusal(413, `Request must be smaller than ${BODY_LIMIT} bytes for the InvokeFunction operation`);
    }
    if (received === 'malformed') return refusal(400, 'Bad Request');
    if (cors !== undefined && isPreflight(received.method, received.rawHeaders)) {
      return { ...preflightAnswer(cors, received.rawHeaders), status: 200 };
    }
    try {
      return await invoke(received, requestId);
    } catch (error) {
      if (error instanceof URIError) return refusal(400, 'Bad Request');
      log('error', definition.name, `${received.method} ${received.path}: ${String(error)}`);
      return failedAnswer();
    }
  }

  async function invoke(request: ReceivedRequest, requestId: string): Promise<Answer> {
    const asUser = definition.authorization === 'AWS_IAM';
    const iamUser = asUser ? actingUser(headerValues(request.rawHeaders, USER_HEADER)) : undefined;
    if (asUser && iamUser === undefined) return impossibleUser();
    const at = new Date();
    const event = urlEvent(request, { definition, requestId, traceId: newTraceId(at), at, iamUser });
    const result = await target.invoke(event, requestId);
    const complain = (what: string) => log('error', definition.name, `${target.name} ${what}`);
    if (!result.ok) {
      complain(`failed: ${result.errorType}: ${result.errorMessage}`);
      return failureAnswer(result);
    }
    try {
      return functionAnswer(result.payload, DEFAULT_TYPE);
    } catch (error) {
      if (!(error instanceof InvalidResponse)) throw error;
      complain(`returned what cannot be sent: ${error.message}`);
      return failedAnswer();
    }
  }

  return {
    listen: (port) => listenOnLoopback(server, port),
    live: () => server.listening,
    stop: () => stopServer(server),
  };
}

function failureAnswer({ reason, errorType, errorMessage }: Extract<InvocationResult, { ok: false }>): Answer {
  if (reason === 'throttled') return refusal(429, errorMessage);
  return errorType === 'RequestEntityTooLargeException' ? refusal(413, errorMessage) : failedAnswer();
}

/** What the function did wrong is for its log. */
function failedAnswer(): Answer {
  return plain(502, 'Internal Server Error');
}

/** Of Lambda itself, before the function runs. */
function refusal(status: number, Message: string): Answer {
  return plain(status, JSON.stringify({ Message }));
}

function plain(status: number, body: string): Answer {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
}
