/** What CloudFormation would take for a parameter of a template: what fits its type and the constraints that it declares. */
import type { TemplateParameter } from './template.ts';

/** True of types whose value is a list: one text with commas. */
export const isList = (type: string): boolean => type === 'CommaDelimitedList' || type.startsWith('List<');

/** The parts of a list, without the blanks around them. */
export const listOf = (value: unknown): string[] =>
  String(value)
    .split(',')
    .map((item) => item.trim());

/**
 * Why the value cannot be one of the parameter, in one line and in the words of the template where it has some; undefined when it
 * can. Each part of a list must fit. A value that is not to be shown (`NoEcho`) is not in the line. The name of an SSM parameter is
 * no value yet, and what types such as `AWS::EC2::VPC::Id` name is in an account: anything fits those types.
 */
export function valueFault(parameter: TemplateParameter, value: unknown): string | undefined {
  const { Type, NoEcho, ConstraintDescription } = parameter;
  if (Type.startsWith('AWS::SSM::')) return undefined;
  const parts = isList(Type) ? listOf(value) : [String(value)];
  const broken = parts.flatMap((part) => brokenConstraint(parameter, part) ?? [])[0];
  if (broken === undefined) return undefined;
  const shown = String(NoEcho) === 'true' ? 'is not taken' : `is ${JSON.stringify(String(value))}`;
  return `${shown}: ${(ConstraintDescription ?? broken).replace(/\s+/g, ' ')}`;
}

function brokenConstraint(parameter: TemplateParameter, text: string): string | undefined {
  const { Type, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  if (Type === 'Number' || Type === 'List<Number>') {
    if (!NUMBER.test(text)) return 'must be a number';
    if (MinValue !== undefined && Number(text) < Number(MinValue)) return `must be ${MinValue} or more`;
    if (MaxValue !== undefined && Number(text) > Number(MaxValue)) return `must be ${MaxValue} or less`;
  }
  if (Type === 'String') {
    if (MinLength !== undefined && text.length < Number(MinLength)) return `must have ${MinLength} characters or more`;
    if (MaxLength !== undefined && text.length > Number(MaxLength)) return `must have ${MaxLength} characters or less`;
  }
  if (AllowedPattern !== undefined && wholly(AllowedPattern)?.test(text) === false) {
    return `must match the pattern ${AllowedPattern}`;
  }
  if (AllowedValues !== undefined && !AllowedValues.some((allowed) => String(allowed) === text)) {
    return `must be one of ${AllowedValues.join(', ')}`;
  }
  return undefined;
}

/** An integer or a float. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** What only Java's patterns have, or means another thing there: letters behind a backslash, and intersections. */
const JAVA_ONLY = /\\[^bBdDsSwWtnrfxupP\d\W]|&&/;

/** Fits a text as a whole. Undefined for a pattern, which is one of Java, that is no pattern here: it keeps nobody out. */
function wholly(pattern: string): RegExp | undefined {
  if (JAVA_ONLY.test(pattern.replaceAll('\\\\', ''))) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, /\\p/i.test(pattern) ? 'u' : '');
  } catch {
    return undefined;
  }
}
