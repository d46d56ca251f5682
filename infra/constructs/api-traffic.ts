/** What the API lets in, what it notes of it, and the one route that asks for no signature. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  type CfnRoute,
  type CfnStage,
  type HttpApi,
  HttpNoneAuthorizer,
  HttpRoute,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { PLATFORM_ROUTES } from '#shared/catalog/index.ts';
import type { Config } from '../config.ts';
import { handlerFunction } from './handler-function.ts';
import { routeKey } from './http-routes.ts';

/** A line for each request. No path, since ids may be names of people, and no body; who asked is known by the ARN. */
const ACCESS_LINE = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  actor: '$context.identity.userArn',
  latencyMs: '$context.responseLatency',
};

/** Of the open route. It takes what a few watchers need: somebody who hammers it all month costs less than five dollars. */
const OPEN_ROUTE_LIMIT = { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 5 };

const UP_TIMEOUT = Duration.seconds(3);

type ApiTrafficProps = { readonly httpApi: HttpApi; readonly config: Config };

/** In the stack of the API: the gateway knows the limit of a route only when the route is there before its stage. */
export function apiTraffic(scope: Construct, { httpApi, config }: ApiTrafficProps): void {
  const log = new LogGroup(scope, 'AccessLog', {
    // Under this prefix the gateway needs no entry in a policy that all log groups of an account share.
    logGroupName: `/aws/vendedlogs/${config.prefix}-api`,
    retention: config.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = httpApi.defaultStage?.node.defaultChild as CfnStage; // an HttpApi makes one unless told otherwise
  const { perSecond, burst } = config.throttle;
  stage.defaultRouteSettings = { throttlingRateLimit: perSecond, throttlingBurstLimit: burst };
  stage.accessLogSettings = { destinationArn: log.logGroupArn, format: JSON.stringify(ACCESS_LINE) };
  stage.routeSettings = { [PLATFORM_ROUTES.up]: OPEN_ROUTE_LIMIT };
  stage.addResourceDependency(uptimeRoute(scope, { httpApi, config }).node.defaultChild as CfnRoute); // the one resource of a route
}

function uptimeRoute(scope: Construct, { httpApi, config }: ApiTrafficProps): HttpRoute {
  const target = handlerFunction(scope, 'Up', {
    name: `${config.prefix}-up`,
    entry: 'functions/platform/up.handler.ts',
    environment: {},
    logRetention: config.logRetention,
    timeout: UP_TIMEOUT,
    // Whoever hammers it would fill the traces, at more than the price of all else together.
    isTraced: false,
  });
  return new HttpRoute(scope, 'UpRoute', {
    httpApi,
    routeKey: routeKey(PLATFORM_ROUTES.up),
    integration: new HttpLambdaIntegration('UpIntegration', target, { timeout: UP_TIMEOUT.plus(Duration.seconds(2)) }),
    authorizer: new HttpNoneAuthorizer(),
  });
}
