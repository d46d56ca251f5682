/** An HTTP API of the template answers on this machine as API Gateway would. */
import type { IncomingMessage } from 'node:http';
import type { Running } from '../../engine/boot/cleanup.ts';
import type { Log } from '../../engine/log.ts';
import { listenOnLoopback, stopServer } from '../../engine/loopback.ts';
import type { InvocationResult, LocalFunction } from '../lambda/lambda-function.ts';
import { actingUser, impossibleUser, USER_HEADER } from './acting-user.ts';
import type { Authorize, Authorized } from './authorizer/authorize-request.ts';
import { type CorsConfiguration, isPreflight, preflightAnswer, withCors } from './cors.ts';
import { createAnsweringServer, gatewayRequestIds, newTraceId, readRequest } from './gateway-connection.ts';
import { type Answer, functionAnswer, gatewayAnswer, InvalidResponse } from './gateway-response.ts';
import { headerValues, type ReceivedRequest } from './payload-event.ts';
import { type HttpApiDefinition, requestEvent } from './request-event.ts';
import { matchRoute, parseRouteKey, type Route, type RouteMatch } from './route-table.ts';

export type HttpRouteDefinition = {
  /** `POST /accounts/{id}/open`, `ANY /x/{proxy+}` or `$default`. */
  readonly routeKey: string;
  /** A function for `JWT`. */
  readonly authorization: 'NONE' | 'AWS_IAM' | Authorize;
  readonly target: LocalFunction;
  readonly timeoutMs: number;
};

export type LocalHttpApi = Running & {
  readonly url: string;
  addRoute(route: HttpRouteDefinition): void;
  /** Port 0 takes a free one. Fails with the system's error (EADDRINUSE) when it is taken. */
  listen(port: number): Promise<void>;
};

/** API Gateway quotas: payload size 10 MB. */
const BODY_LIMIT = 10 * 1024 * 1024;

type Failure = Extract<InvocationResult, { ok: false }>;

/**
 * An HTTP API with payload format 2.0 on the loopback interface.
 *
 * Every answer carries `apigw-requestid`. A function that fails, crashes or times out by its own limit is 500; one that
 * has not answered within the route's `timeoutMs`, or is throttled, is 503, and a running invocation then goes on. It
 * also goes on when the client leaves. Routes with authorization `AWS_IAM` ask for no signature here: the request acts
 * as the user that the header `x-local-user` names, or as `local`. With `cors` preflights are answered here, but for a route that takes
 * the method OPTIONS and demands authorization: those carry no signature and no token.
 */
export function createHttpApi(definition: HttpApiDefinition, log: Log, cors?: CorsConfiguration): LocalHttpApi {
  const routes = new Map<string, Route<HttpRouteDefinition>>();
  const stagePrefix = definition.stageName === '$default' ? '' : `/${definition.stageName}`;

  const server = createAnsweringServer(gatewayRequestIds, async (request, requestId) => {
    const given = await answer(request, requestId);
    return cors === undefined ? given : shared(given, request, cors);
  });

  async function answer(request: IncomingMessage, requestId: string): Promise<Answer> {
    const received = await readRequest(request, BODY_LIMIT);
    if (received === 'too large') return gatewayAnswer(413, 'Request Entity Too Large');
    if (received === 'malformed') return gatewayAnswer(400, 'Bad Request');
    try {
      const match = route(received);
      if (cors !== undefined && isPreflight(received.method, received.rawHeaders)) {
        if (match?.route.value.authorization === 'AWS_IAM') return gatewayAnswer(403, 'Forbidden');
        const authorized = match && (await authorize(received, match.route.value));
        return authorized?.ok === false ? authorized.answer : preflightAnswer(cors, received.rawHeaders);
      }
      return match === undefined ? gatewayAnswer(404, 'Not Found') : await integrate(received, match, requestId);
    } catch (error) {
      if (error instanceof URIError) return gatewayAnswer(400, 'Bad Request');
      log('error', definition.name, `${received.method} ${received.path}: ${String(error)}`);
      return gatewayAnswer(500, 'Internal Server Error');
    }
  }

  function route({ method, path }: ReceivedRequest): RouteMatch<HttpRouteDefinition> | undefined {
    if (path !== stagePrefix && !path.startsWith(`${stagePrefix}/`)) return undefined;
    return matchRoute(routes.values(), method, path.slice(stagePrefix.length));
  }

  /** Undefined where the route asks for no token. */
  async function authorize(
    request: ReceivedRequest,
    { authorization, routeKey }: HttpRouteDefinition,
  ): Promise<Authorized | undefined> {
    const authorized = typeof authorization === 'function' ? await authorization(request) : undefined;
    if (authorized?.ok === false) {
      log('warn', definition.name, `${routeKey}: ${authorized.answer.status}, ${authorized.reason}`);
    }
    return authorized;
  }

  async function integrate(
    request: ReceivedRequest,
    { route, pathParameters }: RouteMatch<HttpRouteDefinition>,
    requestId: string,
  ): Promise<Answer> {
    const { authorization, target, timeoutMs, routeKey } = route.value;
    const asUser = authorization === 'AWS_IAM';
    const iamUser = asUser ? actingUser(headerValues(request.rawHeaders, USER_HEADER)) : undefined;
    if (asUser && iamUser === undefined) return impossibleUser();
    const authorized = await authorize(request, route.value);
    if (authorized?.ok === false) return authorized.answer;
    const at = new Date();
    const caller = { iamUser, jwt: authorized?.jwt };
    const context = { api: definition, routeKey, pathParameters, requestId, traceId: newTraceId(at), at, ...caller };
    const event = requestEvent(request, context);
    const result = await within(timeoutMs, target.invoke(event));
    const complain = (what: string) => log('error', definition.name, `${routeKey}: ${target.name} ${what}`);
    if (result === undefined) {
      complain(`did not answer within ${timeoutMs / 1000} s`);
      return gatewayAnswer(503, 'Service Unavailable');
    }
    if (!result.ok) {
      complain(`failed: ${result.errorType}: ${result.errorMessage}`);
      return failureAnswer(result);
    }
    try {
      return functionAnswer(result.payload);
    } catch (error) {
      if (!(error instanceof InvalidResponse)) throw error;
      complain(`returned what cannot be sent: ${error.message}`);
      return gatewayAnswer(500, 'Internal Server Error');
    }
  }

  return {
    get url() {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error(`${definition.name} is not listening.`);
      return `http://127.0.0.1:${address.port}${stagePrefix}`;
    },
    addRoute(route) {
      if (routes.has(route.routeKey)) throw new Error(`${definition.name} has two routes "${route.routeKey}".`);
      routes.set(route.routeKey, { key: parseRouteKey(route.routeKey), value: route });
    },
    async listen(port) {
      await listenOnLoopback(server, port);
    },
    live: () => server.listening,
    stop: () => stopServer(server),
  };
}

/** A preflight has its headers, or is refused without any. */
function shared(answer: Answer, { method = '', rawHeaders }: IncomingMessage, cors: CorsConfiguration): Answer {
  return isPreflight(method, rawHeaders) ? answer : withCors(answer, cors, rawHeaders);
}

function failureAnswer({ reason, errorType }: Failure): Answer {
  if (reason === 'throttled') return gatewayAnswer(503, 'Service Unavailable');
  // The event, with the body in it, is larger than Lambda takes.
  if (errorType === 'RequestEntityTooLargeException') return gatewayAnswer(413, 'Request Entity Too Large');
  return gatewayAnswer(500, 'Internal Server Error');
}

/** `undefined` when the time is over first. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, milliseconds, undefined);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
