/** A user pool has the names that the rest of a template asks it for, and nothing of it runs. */
import { expect, it } from 'vitest';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import { isLocalPool } from '../../../../../infra/local/services/cognito/user-pool.resource.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { faultsOf, planned, stackOf } from '../../engine/boot/planned.ts';
import { inline } from '../../written-assembly.ts';

const get = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

const pool = {
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: { LambdaConfig: { PreSignUp: 'arn' } } },
  Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' }, GenerateSecret: true } },
  Domain: { Type: 'AWS::Cognito::UserPoolDomain', Properties: { UserPoolId: { Ref: 'Pool' }, Domain: 'shop' } },
  Server: {
    Type: 'AWS::Cognito::UserPoolResourceServer',
    Properties: { UserPoolId: { Ref: 'Pool' }, Identifier: 'orders', Name: 'Orders', Scopes: [] },
  },
};

it('Names of pools, clients, domains and resource servers are the same in every run, and no real pool has them', () => {
  const variables = {
    pool: { Ref: 'Pool' },
    arn: get('Pool', 'Arn'),
    provider: get('Pool', 'ProviderName'),
    issuer: get('Pool', 'ProviderURL'),
    client: { Ref: 'Client' },
    secret: get('Client', 'ClientSecret'),
    domain: { Ref: 'Domain' },
    server: { Ref: 'Server' },
  };
  const run = () => planned([stackOf({ Resources: { ...pool, F: inline('', variables) } })]);
  const parts = run();
  expect(parts.map(({ kind }) => kind)).toEqual(['function']);
  const [seen] = partsOf<FunctionPart>(parts, 'function').map((part) => part.variables);
  expect(partsOf<FunctionPart>(run(), 'function')[0]?.variables).toEqual(seen);
  const id = seen?.pool;
  expect(id).toMatch(/^eu-west-1_local[a-z0-9]{10}$/);
  expect(seen).toEqual({
    pool: id,
    arn: `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${id}`,
    provider: `cognito-idp.eu-west-1.amazonaws.com/${id}`,
    issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${id}`,
    client: expect.stringMatching(/^[a-z0-9]{26}$/),
    secret: expect.stringMatching(/^[a-z0-9]{52}$/),
    domain: 'shop',
    server: 'orders',
  });
  expect(isLocalPool(String(seen?.issuer))).toBe(true);
  expect(isLocalPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI')).toBe(false);
  expect(isLocalPool(`https://issuer.example/${id}`)).toBe(false);
});

it('What people and groups are in a pool is refused: nobody could sign in', () => {
  const group = { Type: 'AWS::Cognito::UserPoolGroup', Properties: { UserPoolId: { Ref: 'Pool' } } };
  expect(faultsOf(stackOf({ Resources: { ...pool, Group: group } }))).toEqual([
    'App/Group, AWS::Cognito::UserPoolGroup: this type is not known to the local cloud',
  ]);
});
