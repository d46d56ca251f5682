/** The text that a target receives for an event: all of it, a constant, a part, or a filled-in template. */
import { type Envelope, wholeSeconds } from './bus-event.ts';
import { type PathStep, parsePath, valueAt } from './input-path.ts';

/** How a target wants its input; at most one setting. */
export type TargetInput = {
  readonly id: string;
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
};

/** The rule that matched; `ingestedAt` is when the bus accepted the event. */
export type InputContext = { readonly ruleName: string; readonly ruleArn: string; readonly ingestedAt: Date };

const MOST_VARIABLES = 100;
const PLACEHOLDER = /<([^<>]*)>/;
/** An object, an array, a string or one placeholder alone; any other template is plain text. */
const JSON_TEMPLATE = /^\s*(?:["{[]|<[^<>]*>\s*$)/;
const RESERVED: Readonly<Record<string, (event: Envelope, context: InputContext) => unknown>> = {
  'aws.events.rule-arn': (_event, context) => context.ruleArn,
  'aws.events.rule-name': (_event, context) => context.ruleName,
  'aws.events.event.ingestion-time': (_event, context) => wholeSeconds(context.ingestedAt),
  'aws.events.event': ({ 'detail-type': detailType, detail: _, version, id, ...rest }) => ({
    version,
    id,
    detailType,
    ...rest,
  }),
  'aws.events.event.json': (event) => event,
};

/**
 * Compiles the input setting of a target into a pure function of the event (and its text, passed on as it is when there is no
 * setting). Throws an `Error` with the service's sentence when the setting is contradictory, a path is not supported, or a template
 * has an unknown placeholder.
 *
 * In a template a placeholder outside quotes becomes a JSON value, so a string gets quotes. Inside quotes it is inlined: a string as
 * it is, anything else as JSON text without its quotes. A variable that the event lacks is the empty string. Values are escaped so
 * that a template that is JSON stays JSON. A template that is plain text becomes one quoted string.
 */
export function compileInput(target: TargetInput): (event: Envelope, text: string, context: InputContext) => string {
  const { input, inputPath, inputTransformer } = target;
  if ([input, inputPath, inputTransformer].filter((setting) => setting !== undefined).length > 1) {
    throw new Error(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.id}.`);
  }
  if (input !== undefined) return () => input;
  if (inputPath !== undefined) {
    const steps = stepsOf(inputPath, target.id);
    return (event) => written(valueAt(event, steps), false);
  }
  if (inputTransformer !== undefined) return compileTemplate(inputTransformer, target.id);
  return (_event, text) => text;
}

function compileTemplate({ paths, template }: NonNullable<TargetInput['inputTransformer']>, targetId: string) {
  const variables = new Map(Object.entries(paths).map(([name, path]) => [name, stepsOf(path, targetId)]));
  if (variables.size > MOST_VARIABLES) {
    throw new Error(
      `InputPathsMap for target ${targetId} has ${variables.size} variables, at most ${MOST_VARIABLES} are allowed.`,
    );
  }
  for (const name of variables.keys()) {
    if (name.startsWith('aws.'))
      throw new Error(`InputPathsMap for target ${targetId} uses the reserved name ${name}.`);
  }
  const parts = splitTemplate(JSON_TEMPLATE.test(template) ? template : JSON.stringify(template));
  for (const part of parts) {
    if (typeof part === 'object' && !variables.has(part.name) && !Object.hasOwn(RESERVED, part.name)) {
      throw new Error(`InputTemplate for target ${targetId} contains invalid placeholder ${part.name}.`);
    }
  }
  return (event: Envelope, _text: string, context: InputContext): string => {
    const variable = (name: string): unknown => {
      const steps = variables.get(name);
      return steps ? valueAt(event, steps) : RESERVED[name]?.(event, context);
    };
    return parts.map((part) => (typeof part === 'string' ? part : written(variable(part.name), part.quoted))).join('');
  };
}

type Part = string | { readonly name: string; readonly quoted: boolean };

/** Text and placeholders in turn; `quoted` says whether the placeholder stands inside a JSON string. */
function splitTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  let quoted = false;
  let rest = template;
  for (let found = PLACEHOLDER.exec(rest); found !== null; found = PLACEHOLDER.exec(rest)) {
    const before = rest.slice(0, found.index);
    if (quotesIn(before) % 2 === 1) quoted = !quoted;
    parts.push(before, { name: found[1] ?? '', quoted });
    rest = rest.slice(found.index + found[0].length);
  }
  return [...parts, rest];
}

/** Quotes that open or close a string; an escaped one does neither. */
function quotesIn(text: string): number {
  return text.replace(/\\./gs, '').split('"').length - 1;
}

function written(value: unknown, quoted: boolean): string {
  const json = JSON.stringify(value === undefined ? '' : value);
  if (!quoted) return json;
  if (typeof value === 'string' || value === undefined) return json.slice(1, -1);
  return json.replace(/\\.|"/g, (found) => (found === '"' || found === '\\"' ? '' : found));
}

function stepsOf(path: string, targetId: string): readonly PathStep[] {
  const steps = parsePath(path);
  if (steps === undefined) throw new Error(`JSON path ${path} of target ${targetId} is not supported.`);
  return steps;
}
