/** `AWS::ApiGatewayV2::Api`, `::Stage` and `::Integration`. */
import { z } from 'zod';
import { noEffect, only, text, whole } from '../../engine/boot/property-values.ts';
import { missing, type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { shortId } from '../../engine/place.ts';
import { needsFunction } from '../lambda/function.resource.ts';
import { plainFunctionName } from '../lambda/lambda-function.ts';
import { type CorsConfiguration, corsProperties } from './cors.ts';
import type { HttpApiDefinition } from './request-event.ts';

export type ApiPart = Part & {
  readonly kind: 'api';
  readonly definition: Omit<HttpApiDefinition, 'stageName'>;
  readonly cors?: CorsConfiguration | undefined;
};
export type StagePart = Part & {
  readonly kind: 'stage';
  readonly apiId: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
};
export type IntegrationPart = Part & {
  readonly kind: 'integration';
  readonly apiId: string;
  readonly id: string;
  readonly functionName: string;
  /** With its version or alias. */
  readonly functionArn: string;
  readonly timeoutMs: number;
};

const apiProperties = z.strictObject({
  Name: text,
  ProtocolType: only('HTTP'),
  CorsConfiguration: corsProperties.optional(),
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

/** API Gateway guide, "Use stage variables for HTTP APIs". */
const stageVariables = z
  .record(
    z.string().regex(/^\w+$/, { error: 'is no name for a stage variable' }),
    text.refine((value) => /^[\w\-.~:/?#&=,]*$/.test(value), {
      error: 'has characters that a stage variable cannot have',
    }),
  )
  .refine((variables) => Object.keys(variables).length <= 100, { error: 'a stage has at most 100 variables' });

const stageProperties = z.strictObject({
  ApiId: text,
  StageName: text,
  StageVariables: stageVariables.default({}),
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

/** A fault unless the API is in the assembly. */
export const needsApi = (parts: readonly Part[], apiId: string) =>
  missing(
    partsOf<ApiPart>(parts, 'api').some(({ definition }) => definition.apiId === apiId),
    'ApiId',
    'HTTP API',
    apiId,
  );

const api = runs(
  apiProperties,
  ({ Name, CorsConfiguration: cors }, place) => {
    const apiId = shortId(place);
    const part: ApiPart = { kind: 'api', place, definition: { apiId, name: Name, account: place.account }, cors };
    return { values: { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: place.urls.api(apiId) } }, part };
  },
  {
    faults({ definition: { apiId } }, { parts }) {
      const staged = partsOf<StagePart>(parts, 'stage').some((stage) => stage.apiId === apiId);
      return missing(staged, 'ApiId', 'stage of this API', apiId);
    },
  },
);

const stage = runs(
  stageProperties,
  ({ ApiId, StageName, StageVariables }, place) => {
    const part: StagePart = { kind: 'stage', place, apiId: ApiId, name: StageName, variables: StageVariables };
    return { values: { ref: StageName, attributes: {} }, part };
  },
  {
    // A local API has no address for a second one.
    identity: ({ apiId }) => `stage of the API ${apiId}`,
    faults: ({ apiId }, { parts }) => needsApi(parts, apiId),
  },
);

const integration = runs(
  integrationProperties,
  (properties, place) => {
    const id = shortId(place);
    const part: IntegrationPart = {
      kind: 'integration',
      place,
      apiId: properties.ApiId,
      id,
      functionName: plainFunctionName(functionArn(properties.IntegrationUri)),
      functionArn: functionArn(properties.IntegrationUri),
      timeoutMs: properties.TimeoutInMillis,
    };
    return { values: { ref: id, attributes: { IntegrationId: id } }, part };
  },
  {
    faults: ({ apiId, functionArn }, { parts }) => [
      ...needsApi(parts, apiId),
      ...needsFunction(parts, functionArn, 'IntegrationUri'),
    ],
  },
);

export const httpApiKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::ApiGatewayV2::Integration': integration,
};

/** An integration names the function itself or the path by which API Gateway calls it. */
function functionArn(uri: string): string {
  return /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
