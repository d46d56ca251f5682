/** `AWS::Lambda::Permission`: who else may invoke a function. */
import { z } from 'zod';
import { flag, noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { physicalName } from '../../engine/place.ts';

export type PermissionPart = Part & {
  readonly kind: 'permission';
  readonly action: string;
  /** A name or an ARN, of the function, a version or an alias. */
  readonly functionName: string;
  /** A service, an account, an identity by its ARN, or `*`. */
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly organization?: string;
  /** Only requests to URLs of the function with this authorization. */
  readonly urlAuthorization?: 'NONE' | 'AWS_IAM';
  /** Only what comes through a URL of the function. */
  readonly throughUrl: boolean;
};

const properties = z.strictObject({
  Action: text,
  FunctionName: text,
  Principal: text,
  SourceArn: text.optional(),
  SourceAccount: text.optional(),
  FunctionUrlAuthType: z.enum(['NONE', 'AWS_IAM'], { error: 'must be NONE or AWS_IAM' }).optional(),
  InvokedViaFunctionUrl: flag.default(false),
  PrincipalOrgID: text.optional(),
  // Alexa does not run here.
  EventSourceToken: noEffect,
});

export const permissionKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Permission': runs(properties, (given, place) => {
    const part: PermissionPart = {
      kind: 'permission',
      place,
      action: given.Action,
      functionName: given.FunctionName,
      principal: given.Principal,
      sourceArn: given.SourceArn,
      sourceAccount: given.SourceAccount,
      organization: given.PrincipalOrgID,
      urlAuthorization: given.FunctionUrlAuthType,
      throughUrl: given.InvokedViaFunctionUrl,
    };
    const id = physicalName(place, 64);
    return { values: { ref: id, attributes: { Id: id } }, part };
  }),
};
