/** A log line of a function in the form that a person reads, also when the function logs JSON. */

/** Fields that say when and where, which a person at the terminal knows. */
const CONTEXT = new Set([
  'timestamp',
  'time',
  'level',
  'message',
  'requestId',
  'errorType',
  'errorMessage',
  'stackTrace',
]);

/**
 * A line of Lambda's JSON format as text: the level unless it is INFO, the message, the other fields as `name=value`, the
 * stack of an error on lines of its own. Any other line comes back as it is.
 */
export function readable(line: string): string {
  const record = jsonRecord(line);
  if (record === undefined) return line;
  const { level, message, errorType, errorMessage, stackTrace } = record;
  const fields = Object.entries(record)
    .filter(([name]) => !CONTEXT.has(name))
    .map(([name, value]) => `${name}=${text(value)}`);
  const error =
    errorMessage === undefined || errorMessage === message
      ? undefined
      : [errorType, errorMessage].flatMap((part) => (part === undefined ? [] : [text(part)])).join(': ');
  const shownLevel = level === undefined || level === 'INFO' ? undefined : String(level);
  const parts = [shownLevel, message === undefined ? undefined : text(message), error, ...fields];
  const frames = Array.isArray(stackTrace) ? stackTrace.map(String).filter((frame) => !isForeignFrame(frame)) : [];
  const stack = frames.map((frame) => `\n    ${frame.trim()}`).join('');
  return parts.filter((part) => part !== undefined && part !== '').join(' ') + stack;
}

const FRAME = /^\s*at .*[^{]$/;
const NOT_OWN = /[\\/]node_modules[\\/]|\bnode:|[\\/]infra[\\/]local[\\/]services[\\/]lambda[\\/]|<anonymous>\)$/;

/**
 * True of a line of a stack that is in a package, in Node or in the local cloud, where the reader has nothing to mend; not of
 * one that the fields of an error follow in braces.
 */
export function isForeignFrame(line: string): boolean {
  return FRAME.test(line) && NOT_OWN.test(line);
}

/** True of a line in CloudWatch's embedded metric format, which is for no reader. */
export const isMetric = (line: string): boolean => /^\{\s*"_aws":/.test(line);

/**
 * Only what has a level in capitals, as Lambda's has, and a message or an error is taken for a log record; other JSON is what the function
 * wanted to say.
 */
function jsonRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    // A text that begins with a brace and parses is an object.
    const record = value as Record<string, unknown>;
    const ofLambda = /^[A-Z]+$/.test(String(record.level)) && ('message' in record || 'errorMessage' in record);
    return ofLambda ? record : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
