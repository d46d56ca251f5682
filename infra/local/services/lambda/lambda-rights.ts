/** The rights that a request to Lambda takes. */
import type { NeededRight } from '../iam/evaluate-policies.ts';
import { arnHere, type FunctionRequest, type KnownResources } from '../iam/function-request.ts';
import { plainFunctionName, qualifierOf } from './lambda-function.ts';

/** A version or an alias is a resource of its own. What the local Lambda does not know takes none: it is refused by name. */
export function lambdaRights({ path }: FunctionRequest, here: KnownResources): NeededRight[] {
  const { pathname, searchParams } = new URL(path, 'http://lambda');
  const [, mapping] = /^\/2015-03-31\/event-source-mappings\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (mapping !== undefined) {
    const resource = arnHere(here, 'lambda', `event-source-mapping:${mapping}`);
    return [{ action: 'lambda:GetEventSourceMapping', resource, context: {} }];
  }
  // The list is of no resource.
  if (/^\/2015-03-31\/event-source-mappings\/?$/.test(pathname)) {
    return [{ action: 'lambda:ListEventSourceMappings', resource: '*', context: {} }];
  }
  const [, encoded] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
  if (encoded === undefined) return [];
  const resource = functionArn(decodeURIComponent(encoded), searchParams.get('Qualifier'), here);
  return [{ action: 'lambda:InvokeFunction', resource, context: {} }];
}

/** Of a function that is given by name, ARN or partial ARN, with its version or alias if it has one. */
export function functionArn(
  reference: string,
  qualifier: string | null,
  { account, region }: Pick<KnownResources, 'account' | 'region'>,
): string {
  const version = qualifier ?? qualifierOf(reference);
  const plain = reference.startsWith('arn:')
    ? reference.split(':').slice(0, 7).join(':')
    : `arn:aws:lambda:${region}:${account}:function:${plainFunctionName(reference)}`;
  return version === undefined ? plain : `${plain}:${version}`;
}
