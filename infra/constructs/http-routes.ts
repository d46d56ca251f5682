/** Routes reach their function through one integration and by one permission, and are never open to the world. */
import { Duration } from 'aws-cdk-lib';
import { type HttpMethod, HttpRoute, HttpRouteKey, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { routeShape } from '#shared/catalog/index.ts';
import { HTTP_TIMEOUT } from './handler-function.ts';

/** A little more than the function's own time, so that its answer arrives. */
const INTEGRATION_TIMEOUT = HTTP_TIMEOUT.plus(Duration.seconds(2));

/** Route keys as API Gateway names them: `POST /accounts/{id}/open`, or `$default`. Every route demands IAM authorization. */
export function httpRoutes(
  scope: Construct,
  id: string,
  {
    httpApi,
    keys,
    target,
  }: { readonly httpApi: IHttpApi; readonly keys: readonly string[]; readonly target: LambdaFunction },
): void {
  const integration = new HttpLambdaIntegration(`${id}Integration`, target, {
    timeout: INTEGRATION_TIMEOUT,
    // One permission, for the route or for the API: one for each of 46 routes would fill the function's policy, which takes 20 KB.
    scopePermissionToRoute: keys.length === 1,
  });
  for (const key of keys) {
    // By its shape, so that another name of a variable changes the route where it is.
    new HttpRoute(scope, `${id} ${routeShape(key).replaceAll('/', ' ')}`, {
      httpApi,
      routeKey: routeKey(key),
      integration,
      authorizer: new HttpIamAuthorizer(),
    });
  }
}

/** Of a key as API Gateway writes it. */
export function routeKey(key: string): HttpRouteKey {
  if (key === '$default') return HttpRouteKey.DEFAULT;
  const [method, path] = key.split(' ');
  return HttpRouteKey.with(path ?? '/', method as HttpMethod); // the catalog writes GET and POST only
}
