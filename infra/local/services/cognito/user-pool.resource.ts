/**
 * User pools are known by name only, so that a template with one runs: no pool runs here, nobody signs in, and no trigger is called. Whose
 * keys an authorizer has for the pool's issuer, the values file says.
 */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { arn, type Place, shortId, stableUuid } from '../../engine/place.ts';

/** Longer than any of the service after the underscore, so that no real pool is meant by accident. */
const LOCAL_ID = /\/[\w-]+_local[a-z0-9]{10}$/;

/** Whether it is the issuer of a pool of the templates, which nobody could ask for keys. */
export function isLocalPool(issuer: string): boolean {
  return issuer.startsWith('https://cognito-idp.') && LOCAL_ID.test(issuer);
}

const pool: ResourceKind = {
  make(_, place) {
    const id = `${place.region}_local${shortId(place)}`;
    const provider = `cognito-idp.${place.region}.amazonaws.com/${id}`;
    const attributes = {
      Arn: arn(place, 'cognito-idp', `userpool/${id}`),
      ProviderName: provider,
      ProviderURL: `https://${provider}`,
      UserPoolId: id,
    };
    return { values: { ref: id, attributes } };
  },
};

const client: ResourceKind = {
  make(_, place) {
    const id = clientId(place);
    return { values: { ref: id, attributes: { ClientId: id, ClientSecret: `${id}${id}`, Name: place.logicalId } } };
  },
};

const domain = runs(
  z.strictObject({
    Domain: text,
    UserPoolId: text,
    CustomDomainConfig: noEffect,
    ManagedLoginVersion: noEffect,
    Routing: noEffect,
  }),
  ({ Domain }) => ({ values: { ref: Domain, attributes: { CloudFrontDistribution: `${Domain}.cloudfront.net` } } }),
);

const resourceServer = runs(
  z.strictObject({ Identifier: text, UserPoolId: text, Name: noEffect, Scopes: noEffect }),
  ({ Identifier }) => ({ values: { ref: Identifier, attributes: {} } }),
);

export const userPoolKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Cognito::UserPool': pool,
  'AWS::Cognito::UserPoolClient': client,
  'AWS::Cognito::UserPoolDomain': domain,
  'AWS::Cognito::UserPoolResourceServer': resourceServer,
};

/** 26 characters, as in the service. */
function clientId(place: Place): string {
  return stableUuid(place).replaceAll('-', '').slice(0, 26);
}
