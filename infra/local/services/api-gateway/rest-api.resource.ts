/** The resources of a REST API, all of which are refused for one reason. */
import type { ResourceKind } from '../../engine/boot/resource-kind.ts';

const refused: ResourceKind = {
  refusal: 'a REST API does not run here; an HTTP API does (HttpApi of aws-cdk-lib/aws-apigatewayv2)',
  make: () => ({ values: { ref: '', attributes: {} } }),
};

const TYPES = [
  'Account',
  'ApiKey',
  'Authorizer',
  'BasePathMapping',
  'Deployment',
  'DocumentationPart',
  'DocumentationVersion',
  'DomainName',
  'GatewayResponse',
  'Method',
  'Model',
  'RequestValidator',
  'Resource',
  'RestApi',
  'Stage',
  'UsagePlan',
  'UsagePlanKey',
  'VpcLink',
] as const;

export const restApiKinds: Readonly<Record<string, ResourceKind>> = Object.fromEntries(
  TYPES.map((type) => [`AWS::ApiGateway::${type}`, refused]),
);
