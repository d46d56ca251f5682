/** `AWS::SSM::Parameter`: a plain value. No API of SSM runs, so only templates see it. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { physicalName } from '../../engine/place.ts';

const properties = z.strictObject({
  Name: text.optional(),
  Type: z.enum(['String', 'StringList'], { error: 'must be String or StringList' }),
  Value: text,
  AllowedPattern: noEffect,
  DataType: noEffect,
  Description: noEffect,
  Policies: noEffect,
  Tags: noEffect,
  Tier: noEffect,
});

export const ssmParameterKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::SSM::Parameter': runs(properties, ({ Name, Type, Value }, place) => {
    const name = Name ?? physicalName(place, 1_011);
    return { values: { ref: name, attributes: { Type, Value } }, ssmParameter: { name, value: Value } };
  }),
};
