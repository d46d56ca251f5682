/** AWS::ApiGatewayV2::Api, ::Stage, ::Route and ::Integration: which HTTP API does the template describe? */
import { z } from 'zod';
import { parseRouteKey } from '../http-api/route-table.ts';
import { plainFunctionName } from './function.ts';
import { noEffect, only, refused, text, whole } from './property-values.ts';
import { type ResourceKind, runs, shortId } from './resource-kind.ts';

const apiProperties = z.strictObject({
  Name: text,
  ProtocolType: only('HTTP'),
  ApiKeySelectionExpression: noEffect,
  Description: noEffect,
  DisableExecuteApiEndpoint: noEffect,
  DisableSchemaValidation: noEffect,
  FailOnWarnings: noEffect,
  IpAddressType: noEffect,
  RouteSelectionExpression: noEffect,
  Tags: noEffect,
  Version: noEffect,
});

const stageProperties = z.strictObject({
  ApiId: text,
  StageName: text,
  // Limits of traffic and records of it: a laptop has one user, who reads the log.
  AccessLogSettings: noEffect,
  AutoDeploy: noEffect,
  DefaultRouteSettings: noEffect,
  DeploymentId: noEffect,
  Description: noEffect,
  RouteSettings: noEffect,
  Tags: noEffect,
});

const integrationProperties = z.strictObject({
  ApiId: text,
  IntegrationType: only('AWS_PROXY'),
  IntegrationUri: text.refine((uri) => /:function:/.test(uri), { error: 'must be the ARN of a function' }),
  PayloadFormatVersion: only('2.0'),
  ConnectionType: only('INTERNET').optional(),
  /** API Gateway's default and maximum, "Quotas for HTTP APIs". */
  TimeoutInMillis: whole(50, 30_000).default(30_000),
  CredentialsArn: noEffect,
  Description: noEffect,
  IntegrationMethod: noEffect,
});

const routeProperties = z.strictObject({
  ApiId: text,
  RouteKey: text.superRefine((key, context) => {
    refused(
      () => parseRouteKey(key),
      (message) => context.addIssue({ code: 'custom', message }),
    );
  }),
  Target: text.refine((value) => value.startsWith('integrations/'), { error: 'must be integrations/<id>' }),
  AuthorizationType: only('NONE', 'AWS_IAM').default('NONE'),
  ApiKeyRequired: only(false).optional(),
  OperationName: noEffect,
});

export const httpApiKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::ApiGatewayV2::Api': runs(apiProperties, ({ Name }, place) => {
    const apiId = shortId(place);
    return {
      values: { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: place.urls.api(apiId) } },
      part: { kind: 'api', place, definition: { apiId, name: Name, account: place.account } },
    };
  }),
  'AWS::ApiGatewayV2::Stage': runs(stageProperties, ({ ApiId, StageName }, place) => ({
    values: { ref: StageName, attributes: {} },
    part: { kind: 'stage', place, apiId: ApiId, name: StageName },
  })),
  'AWS::ApiGatewayV2::Integration': runs(integrationProperties, (integration, place) => {
    const id = shortId(place);
    return {
      values: { ref: id, attributes: { IntegrationId: id } },
      part: {
        kind: 'integration',
        place,
        apiId: integration.ApiId,
        id,
        functionName: plainFunctionName(functionArn(integration.IntegrationUri)),
        timeoutMs: integration.TimeoutInMillis,
      },
    };
  }),
  'AWS::ApiGatewayV2::Route': runs(routeProperties, (route, place) => ({
    values: { ref: shortId(place), attributes: { RouteId: shortId(place) } },
    part: {
      kind: 'route',
      place,
      apiId: route.ApiId,
      routeKey: route.RouteKey,
      authorization: route.AuthorizationType,
      integrationId: route.Target.slice('integrations/'.length),
    },
  })),
};

/** An integration names the function itself or the path by which API Gateway calls it. */
function functionArn(uri: string): string {
  return /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
