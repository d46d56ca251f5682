/** What the local cloud reads of a CloudFormation template. */
import { z } from 'zod';

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
  // What happens to a real resource when a stack changes has no effect on a laptop.
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
  UpdatePolicy: z.unknown().optional(),
  CreationPolicy: z.unknown().optional(),
});

const limit = z.union([z.number(), z.string()]).optional();

const parameterSchema = z.looseObject({
  Type: z.string(),
  Default: z.unknown().optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.unknown()).optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: limit,
  MaxLength: limit,
  MinValue: limit,
  MaxValue: limit,
  NoEcho: z.unknown().optional(),
});

/** The sections of a template; `Transform` and `Hooks` are refused, `Rules` are checks of a deployment only. */
export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.unknown().optional(),
  Description: z.unknown().optional(),
  Metadata: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Parameters: z.record(z.string(), parameterSchema).optional(),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).optional(),
  Conditions: z.record(z.string(), z.unknown()).optional(),
  Resources: z.record(z.string(), resourceSchema).default({}),
  Outputs: z
    .record(
      z.string(),
      z.looseObject({
        Value: z.unknown(),
        Condition: z.string().optional(),
        Export: z.object({ Name: z.unknown() }).optional(),
      }),
    )
    .optional(),
});

export type Template = z.infer<typeof templateSchema>;
export type TemplateParameter = z.infer<typeof parameterSchema>;
export type TemplateResource = z.infer<typeof resourceSchema>;
