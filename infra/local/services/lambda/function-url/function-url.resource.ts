/** `AWS::Lambda::Url`: an address of its own for a function or an alias. */
import { z } from 'zod';
import { flag, text, whole } from '../../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  partsOf,
  type ResourceKind,
  runs,
} from '../../../engine/boot/resource-kind.ts';
import { shortId } from '../../../engine/place.ts';
import type { CorsConfiguration } from '../../api-gateway/cors.ts';
import { functionPart } from '../function.resource.ts';
import { plainFunctionName } from '../lambda-function.ts';
import { functionArn } from '../lambda-rights.ts';
import type { AliasPart } from '../qualifier.resource.ts';

export type FunctionUrlPart = Part & {
  readonly kind: 'function-url';
  readonly id: string;
  readonly functionName: string;
  /** With the alias, if it is the address of one. */
  readonly functionArn: string;
  /** The aliases that `TargetFunctionArn` and `Qualifier` name. */
  readonly aliases: { readonly TargetFunctionArn?: string | undefined; readonly Qualifier?: string | undefined };
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly cors?: CorsConfiguration | undefined;
};

const list = (items: z.ZodType<string>, most: number) =>
  z
    .array(items)
    .max(most, { error: `must be at most ${most}` })
    .default([]);
const header = text.refine((name) => /^[!-~]{1,1024}$/.test(name), { error: 'must be the name of a header, or *' });

/** Bounds: CloudFormation reference, "AWS::Lambda::Url Cors". The service answers preflights by itself, so `OPTIONS` is none of the methods. */
export const urlCorsProperties = z.strictObject({
  AllowOrigins: list(
    text.refine((origin) => origin.length <= 253 && /^(\*|https?:\/\/[^/*\s]+)$/.test(origin), {
      error: 'must be * or an origin such as https://example.com',
    }),
    100,
  ),
  AllowMethods: list(
    text.refine((method) => /^(GET|PUT|HEAD|POST|PATCH|DELETE|\*)$/.test(method), {
      error: 'must be GET, PUT, HEAD, POST, PATCH, DELETE or *',
    }),
    6,
  ),
  AllowHeaders: list(header, 100),
  ExposeHeaders: list(header, 100),
  MaxAge: whole(0, 86_400).optional(),
  AllowCredentials: flag.default(false),
});

const properties = z.strictObject({
  TargetFunctionArn: text,
  Qualifier: text
    .refine((name) => /^(?!\d+$)[\w-]{1,128}$/.test(name), {
      error: 'must be the name of an alias: a version has no URL',
    })
    .optional(),
  AuthType: z.enum(['NONE', 'AWS_IAM'], { error: 'must be NONE or AWS_IAM' }),
  Cors: urlCorsProperties.optional(),
  InvokeMode: z
    .literal('BUFFERED', {
      error: ({ input }) =>
        input === 'RESPONSE_STREAM'
          ? 'RESPONSE_STREAM does not run locally, where a function answers as a whole; BUFFERED does'
          : 'must be BUFFERED',
    })
    .default('BUFFERED'),
});

export const functionUrlKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Url': runs(
    properties,
    ({ TargetFunctionArn: target, Qualifier, AuthType: authorization, Cors: cors }, place) => {
      const arn = functionArn(target, Qualifier ?? null, place);
      const id = shortId(place);
      const part: FunctionUrlPart = {
        kind: 'function-url',
        place,
        id,
        functionName: plainFunctionName(target),
        functionArn: arn,
        aliases: { TargetFunctionArn: functionArn(target, null, place).split(':')[7], Qualifier },
        authorization,
        cors,
      };
      const attributes = { FunctionUrl: `${place.urls.functionUrl(id)}/`, FunctionArn: arn };
      return { values: { ref: arn, attributes }, part };
    },
    {
      identity: ({ functionArn }) => `URL of the function ${functionArn}`,
      faults: (part, { parts }) => [
        ...missing(
          functionPart(parts, part.functionName) !== undefined,
          'TargetFunctionArn',
          'function',
          part.functionName,
        ),
        ...aliasFaults(part, parts),
      ],
    },
  ),
};

function aliasFaults({ functionName, aliases }: FunctionUrlPart, parts: readonly Part[]): PartFault[] {
  const { TargetFunctionArn, Qualifier = TargetFunctionArn } = aliases;
  if (TargetFunctionArn !== undefined && TargetFunctionArn !== Qualifier) {
    return [{ property: 'Qualifier', reason: `is another alias than ${TargetFunctionArn} of TargetFunctionArn` }];
  }
  if (Qualifier === undefined || functionPart(parts, functionName) === undefined) return [];
  const there = partsOf<AliasPart>(parts, 'alias').some(
    (each) => each.functionName === functionName && each.name === Qualifier,
  );
  const property = aliases.Qualifier === undefined ? 'TargetFunctionArn' : 'Qualifier';
  return missing(there, property, `alias of the function ${functionName} with the name`, Qualifier);
}
