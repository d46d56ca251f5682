/**
 * `AWS::ApiGatewayV2::DomainName` and `::ApiMapping`: an API answers at its local address only, whatever it is called when deployed. Texts
 * with the domain name stay as they are.
 */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { arn, shortId } from '../../engine/place.ts';

const domainName = z.strictObject({
  DomainName: text,
  DomainNameConfigurations: noEffect,
  MutualTlsAuthentication: noEffect,
  RoutingMode: noEffect,
  Tags: noEffect,
});

export const domainNameKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::ApiGatewayV2::DomainName': runs(domainName, ({ DomainName }, place) => ({
    values: {
      ref: DomainName,
      attributes: {
        DomainNameArn: arn({ ...place, account: '' }, 'apigateway', `/domainnames/${DomainName}`),
        RegionalDomainName: `d-${shortId(place)}.execute-api.${place.region}.amazonaws.com`,
        RegionalHostedZoneId: `Z${shortId(place).toUpperCase()}`,
      },
    },
  })),
  'AWS::ApiGatewayV2::ApiMapping': {
    make: (_, place) => ({ values: { ref: shortId(place), attributes: { ApiMappingId: shortId(place) } } }),
  },
};
