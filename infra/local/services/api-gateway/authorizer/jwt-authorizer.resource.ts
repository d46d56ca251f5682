/** `AWS::ApiGatewayV2::Authorizer` of the type JWT. */
import { z } from 'zod';
import { text } from '../../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../../engine/boot/resource-kind.ts';
import { shortId } from '../../../engine/place.ts';
import { needsApi } from '../http-api.resource.ts';
import type { IdentitySource, JwtAuthorizer } from './authorize-request.ts';
import { mayBeAsked } from './issuer-discovery.ts';

export type AuthorizerPart = Part & {
  readonly kind: 'authorizer';
  readonly apiId: string;
  readonly id: string;
  readonly authorizer: JwtAuthorizer;
};

/** API Gateway quotas, "HTTP API": authorizers per API. */
const MOST_AUTHORIZERS = 10;

const SOURCE = /^\$request\.(header|querystring)\.([^\s.]+)$/;

/** What a Lambda authorizer has in other forms, or not at all. */
const jwtSettings = z.strictObject({
  IdentitySource: z
    .array(
      text.refine((source) => SOURCE.test(source), {
        error: 'must be $request.header.<name> or $request.querystring.<name>',
      }),
    )
    .length(1, { error: 'must be one source for a JWT authorizer' }),
  JwtConfiguration: z.strictObject({
    Issuer: text.refine(mayBeAsked, { error: 'must be an https address; here also http on 127.0.0.1 or localhost' }),
    Audience: z.array(text).min(1, { error: 'must name somebody' }),
  }),
});

const anything = z.unknown().optional();

/** A Lambda authorizer is refused in one line, so that its own properties are looked at only when there is none. */
const authorizerProperties = z
  .strictObject({
    ApiId: text,
    Name: text,
    AuthorizerType: z.literal('JWT', {
      error:
        'a Lambda authorizer (REQUEST) does not run here; a JWT authorizer does (HttpJwtAuthorizer of aws-cdk-lib), ' +
        'or let the function itself look at the request',
    }),
    IdentitySource: anything,
    JwtConfiguration: anything,
    AuthorizerCredentialsArn: anything,
    AuthorizerPayloadFormatVersion: anything,
    AuthorizerResultTtlInSeconds: anything,
    AuthorizerUri: anything,
    EnableSimpleResponses: anything,
  })
  .superRefine(({ ApiId, Name, AuthorizerType, ...settings }, context) => {
    for (const issue of jwtSettings.safeParse(settings).error?.issues ?? []) context.addIssue({ ...issue });
  });

const authorizer = runs(
  authorizerProperties,
  ({ ApiId, Name, AuthorizerType, ...settings }, place) => {
    const { IdentitySource: sources, JwtConfiguration: jwt } = jwtSettings.parse(settings);
    const id = shortId(place);
    const part: AuthorizerPart = {
      kind: 'authorizer',
      place,
      apiId: ApiId,
      id,
      authorizer: { identitySource: sourceOf(sources[0] ?? ''), issuer: jwt.Issuer, audience: jwt.Audience },
    };
    return { values: { ref: id, attributes: { AuthorizerId: id } }, part };
  },
  {
    faults(part, { parts }) {
      const ofApi = partsOf<AuthorizerPart>(parts, 'authorizer').filter(({ apiId }) => apiId === part.apiId);
      const reason = `an API has at most ${MOST_AUTHORIZERS} authorizers, and this one has ${ofApi.length}`;
      return [
        ...needsApi(parts, part.apiId),
        ...(ofApi.indexOf(part) < MOST_AUTHORIZERS ? [] : [{ property: 'ApiId', reason }]),
      ];
    },
  },
);

export const authorizerKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::ApiGatewayV2::Authorizer': authorizer,
};

function sourceOf(text: string): IdentitySource {
  const [, from, name = ''] = SOURCE.exec(text) ?? [];
  return { from: from === 'header' ? 'header' : 'querystring', name };
}
