/** `AWS::ApiGatewayV2::Route`. */
import { z } from 'zod';
import { noEffect, only, refused, text } from '../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  partsOf,
  type ResourceKind,
  runs,
} from '../../engine/boot/resource-kind.ts';
import { shortId } from '../../engine/place.ts';
import type { AuthorizerPart } from './authorizer/jwt-authorizer.resource.ts';
import { type IntegrationPart, needsApi } from './http-api.resource.ts';
import { parseRouteKey } from './route-table.ts';

export type RoutePart = Part & {
  readonly kind: 'route';
  readonly apiId: string;
  readonly routeKey: string;
  readonly authorization: 'NONE' | 'AWS_IAM' | 'JWT';
  readonly authorizerId?: string | undefined;
  /** Of which a token needs one; empty where it needs none. */
  readonly scopes: readonly string[];
  readonly integrationId: string;
};

/** RFC 6749, section 3.3; up to 64 characters by the API reference. */
const scope = text.refine((value) => /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(value), {
  error: 'must be 1 to 64 characters of ASCII without spaces, quotes and backslashes',
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
  AuthorizationType: only('NONE', 'AWS_IAM', 'JWT').default('NONE'),
  AuthorizerId: text.optional(),
  AuthorizationScopes: z.array(scope).default([]),
  ApiKeyRequired: only(false).optional(),
  OperationName: noEffect,
});

const route = runs(
  routeProperties,
  (properties, place) => {
    const part: RoutePart = {
      kind: 'route',
      place,
      apiId: properties.ApiId,
      routeKey: properties.RouteKey,
      authorization: properties.AuthorizationType,
      authorizerId: properties.AuthorizerId,
      scopes: properties.AuthorizationScopes,
      integrationId: properties.Target.slice('integrations/'.length),
    };
    return { values: { ref: shortId(place), attributes: { RouteId: shortId(place) } }, part };
  },
  {
    identity: ({ routeKey, apiId }) => `route ${shapeOf(routeKey)} of the API ${apiId}`,
    faults(part, { parts }) {
      const { apiId, integrationId } = part;
      const integrated = partsOf<IntegrationPart>(parts, 'integration').some(({ id }) => id === integrationId);
      return [
        ...needsApi(parts, apiId),
        ...missing(integrated, 'Target', 'integration', integrationId),
        ...(part.authorization === 'JWT' ? jwtFaults(part, parts) : leftOverFaults(part)),
      ];
    },
  },
);

export const routeKinds: Readonly<Record<string, ResourceKind>> = { 'AWS::ApiGatewayV2::Route': route };

/** The service takes no two that differ in the names of their variables. */
const shapeOf = (routeKey: string) => routeKey.replaceAll(/\{[^{}+]+/g, '{');

/** The service: "Setting the authorization type to JWT requires a valid JWT authorizer." */
function jwtFaults({ apiId, authorizerId }: RoutePart, parts: readonly Part[]): PartFault[] {
  const property = 'AuthorizerId';
  if (authorizerId === undefined) return [{ property, reason: 'a route with JWT authorization needs an authorizer' }];
  const found = partsOf<AuthorizerPart>(parts, 'authorizer').find(({ id }) => id === authorizerId);
  if (found === undefined) return missing(false, property, 'authorizer', authorizerId);
  if (found.apiId === apiId) return [];
  return [{ property, reason: `the authorizer ${authorizerId} is one of the API ${found.apiId}, not of ${apiId}` }];
}

/** The service takes scopes "only … for COGNITO_USER_POOLS and JWT"; that it takes no authorizer either is not checked. */
function leftOverFaults({ authorization, authorizerId, scopes }: RoutePart): PartFault[] {
  const reason = `is for routes with JWT authorization, and this one has ${authorization}`;
  return [
    ...(authorizerId === undefined ? [] : [{ property: 'AuthorizerId', reason }]),
    ...(scopes.length === 0 ? [] : [{ property: 'AuthorizationScopes', reason }]),
  ];
}
