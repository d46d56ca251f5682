/** What the service would refuse of authorizers and their routes is told before anything starts. */
import { describe, expect, it } from 'vitest';
import { faultsOf, inlineFunction, stackOf } from '../../../engine/boot/planned.ts';

const ref = (id: string) => ({ Ref: id });
const api = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } };
const stage = (of: string) => ({
  Type: 'AWS::ApiGatewayV2::Stage',
  Properties: { ApiId: ref(of), StageName: '$default' },
});

const settings = {
  ApiId: ref('Api'),
  Name: 'own',
  AuthorizerType: 'JWT',
  IdentitySource: ['$request.header.Authorization'],
  JwtConfiguration: { Issuer: 'https://issuer.example/', Audience: ['shop'] },
};
const authorizer = (changed: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Authorizer',
  Properties: { ...settings, ...changed },
});

const guarded = { AuthorizationType: 'JWT', AuthorizerId: ref('Own'), AuthorizationScopes: ['orders/read'] };

function faults(resources: object = {}, route: object = guarded): string[] {
  const Resources = {
    F: inlineFunction,
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:*', FunctionName: ref('F'), Principal: 'apigateway.amazonaws.com' },
    },
    Api: api,
    Stage: stage('Api'),
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('Api'),
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: ref('Api'),
        RouteKey: 'GET /x',
        Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
        ...route,
      },
    },
    Own: authorizer(),
    ...resources,
  };
  return faultsOf(stackOf({ Resources }));
}

describe('An authorizer', () => {
  it.each([
    ['as CDK writes it', {}],
    ['that looks into another header', { IdentitySource: ['$request.header.X-Token'] }],
    ['that looks into the query', { IdentitySource: ['$request.querystring.token'] }],
    [
      'for an issuer on this machine',
      { JwtConfiguration: { Issuer: 'http://127.0.0.1:8080/realms/a', Audience: ['shop'] } },
    ],
  ])('runs: %s', (_, changed) => {
    expect(faults({ Own: authorizer(changed) })).toEqual([]);
  });

  it('of the type REQUEST is refused in one line, with what runs instead', () => {
    const changed = {
      AuthorizerType: 'REQUEST',
      AuthorizerUri: 'x',
      IdentitySource: undefined,
      JwtConfiguration: undefined,
    };
    expect(faults({ Own: authorizer(changed) })).toEqual([
      'App/Own, AWS::ApiGatewayV2::Authorizer, property AuthorizerType: a Lambda authorizer (REQUEST) does not run here; ' +
        'a JWT authorizer does (HttpJwtAuthorizer of aws-cdk-lib), or let the function itself look at the request',
    ]);
  });

  it.each([
    ['without a configuration', { JwtConfiguration: undefined }, 'JwtConfiguration: is missing'],
    ['without a source', { IdentitySource: undefined }, 'IdentitySource: is missing'],
    [
      'with two sources',
      { IdentitySource: ['$request.header.A', '$request.header.B'] },
      'IdentitySource: must be one source',
    ],
    [
      'with a source elsewhere',
      { IdentitySource: ['$context.path'] },
      'IdentitySource[0]: must be $request.header.<name> or',
    ],
    [
      'with an issuer that is not protected',
      { JwtConfiguration: { Issuer: 'http://issuer.example', Audience: ['a'] } },
      'JwtConfiguration.Issuer: must be an https address; here also http on 127.0.0.1 or localhost',
    ],
    [
      'for nobody',
      { JwtConfiguration: { Issuer: 'https://issuer.example', Audience: [] } },
      'JwtConfiguration.Audience: must name somebody',
    ],
    ['with a setting of Lambda authorizers', { AuthorizerUri: 'x' }, 'AuthorizerUri: is not known to the local cloud'],
    ['with an unknown setting', { JwksUri: 'x' }, 'JwksUri: is not known to the local cloud'],
    ['of no API', { ApiId: 'none' }, 'ApiId: there is no HTTP API none in the assembly'],
  ])('is refused %s', (_, changed, told) => {
    expect(faults({ Own: authorizer(changed) }).join('\n')).toContain(told);
  });

  it('is refused as the eleventh of its API', () => {
    const more = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`More${i}`, authorizer()]));
    expect(faults(more(9))).toEqual([]);
    expect(faults(more(10))).toEqual([
      expect.stringMatching(/ApiId: an API has at most 10 authorizers, and this one has 11$/),
    ]);
  });
});

describe('A route', () => {
  it.each([
    [
      'with JWT and no authorizer',
      { AuthorizationType: 'JWT' },
      'AuthorizerId: a route with JWT authorization needs an authorizer',
    ],
    [
      'with an authorizer that is not there',
      { AuthorizationType: 'JWT', AuthorizerId: 'none' },
      'AuthorizerId: there is no authorizer none in the assembly',
    ],
    [
      'with an authorizer and no JWT',
      { AuthorizerId: ref('Own') },
      'AuthorizerId: is for routes with JWT authorization, and this one has NONE',
    ],
    [
      'with scopes and no JWT',
      { AuthorizationType: 'AWS_IAM', AuthorizationScopes: ['read'] },
      'AuthorizationScopes: is for routes with JWT authorization, and this one has AWS_IAM',
    ],
    [
      'with a scope that no token can have',
      { ...guarded, AuthorizationScopes: ['read "all"'] },
      'AuthorizationScopes[0]: must be 1 to 64 characters of ASCII',
    ],
  ])('is refused %s', (_, route, told) => {
    expect(faults({}, route).join('\n')).toContain(told);
  });

  it('is refused with the authorizer of another API', () => {
    const other = { Other: api, OtherStage: stage('Other'), Own: authorizer({ ApiId: ref('Other') }) };
    expect(faults(other)).toEqual([
      expect.stringMatching(/AuthorizerId: the authorizer \w{10} is one of the API \w{10}, not of \w{10}$/),
    ]);
  });
});
