/** What the local cloud reads of a CloudFormation template, and how a fault in one is told. */
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

/** The sections of a template; `Transform` and `Hooks` are refused, `Rules` are checks of a deployment only. */
export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.unknown().optional(),
  Description: z.unknown().optional(),
  Metadata: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() })).optional(),
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
export type TemplateResource = z.infer<typeof resourceSchema>;

/** Something in the assembly that the local cloud cannot run: where, which property (if one), why. */
export type Fault = {
  readonly stack: string;
  readonly logicalId?: string;
  /** Path of the construct in the CDK app. */
  readonly cdkPath?: string;
  readonly type?: string;
  readonly property?: string;
  readonly reason: string;
};

/** One line that names everything known about the fault. */
export function faultLine(fault: Fault): string {
  const id = fault.logicalId === undefined ? fault.stack : `${fault.stack}/${fault.logicalId}`;
  const path = fault.cdkPath === undefined || fault.cdkPath === id ? '' : ` (${fault.cdkPath})`;
  const type = fault.type === undefined ? '' : `, ${fault.type}`;
  const property = fault.property === undefined ? '' : `, property ${fault.property}`;
  return `${id}${path}${type}${property}: ${fault.reason}`;
}

/** The assembly cannot be run as it is; the message lists every fault, one line each. Nothing was started. */
export class AssemblyFaults extends Error {
  readonly faults: readonly Fault[];

  /** `advice` is a way around them all. */
  constructor(faults: readonly Fault[], advice?: string) {
    const lines = faults.map((fault) => `  ${faultLine(fault)}`);
    super(
      ['The local cloud cannot run this template:', ...lines, ...(advice === undefined ? [] : [advice])].join('\n'),
    );
    this.faults = faults;
  }
}
