/**
 * The JSON values of a pattern with their places in its text, which `JSON.parse` forgets as it forgets repeated keys.
 */

/**
 * A JSON value with two indexes into the text: `seen` is how far a reader is that has recognised the value (after the opening
 * quote or bracket, after the whole of a number or literal), `end` is behind its last character. The service reports either.
 */
export type SourceNode = { readonly seen: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: SourceNode])[] }
  | { readonly kind: 'array'; readonly items: readonly SourceNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'literal'; readonly value: boolean | null }
);

/** Nesting that the service's reader accepts (its documented limit for event JSON). */
const DEEPEST = 1000;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads one JSON value. Repeated keys are all kept, in order. Throws `InvalidEventPattern` for text that is not JSON. */
export function readSource(text: string): SourceNode {
  let at = 0;

  const fail = (reason: string, index = at): never => {
    throw new InvalidEventPattern(reason, { text, index });
  };
  const match = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    const found = expression.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const unexpected = (expected: string): never => {
    const character = text[at];
    if (character === undefined) return fail('Unexpected end-of-input');
    return fail(`Unexpected character ('${character}' (code ${character.charCodeAt(0)})): was expecting ${expected}`);
  };
  const expect = (character: string, expected: string): void => {
    match(SPACE);
    if (text[at] !== character) unexpected(expected);
    at += 1;
  };
  /** Steps over `,` and says whether another member follows. */
  const more = (closing: string, first: boolean): boolean => {
    match(SPACE);
    if (text[at] === closing) {
      at += 1;
      return false;
    }
    if (!first) expect(',', `comma to separate ${closing === '}' ? 'Object' : 'Array'} entries`);
    return true;
  };
  const string = (expected: string): string => {
    match(SPACE);
    if (text[at] !== '"') unexpected(expected);
    const literal = match(STRING);
    if (literal === undefined) return fail('Unexpected end-of-input in VALUE_STRING', text.length);
    try {
      // A JSON string literal parses to a string.
      return JSON.parse(literal) as string;
    } catch {
      return fail('Illegal character or escape in a string');
    }
  };

  const value = (depth: number): SourceNode => {
    if (depth > DEEPEST) fail(`Document nesting depth exceeds the maximum allowed (${DEEPEST})`);
    match(SPACE);
    const start = at;
    if (text[at] === '{') {
      const entries: [string, SourceNode][] = [];
      at += 1;
      while (more('}', entries.length === 0)) {
        const key = string('double-quote to start field name');
        expect(':', 'a colon to separate field name and value');
        entries.push([key, value(depth + 1)]);
      }
      return { kind: 'object', entries, seen: start + 1, end: at };
    }
    if (text[at] === '[') {
      const items: SourceNode[] = [];
      at += 1;
      while (more(']', items.length === 0)) items.push(value(depth + 1));
      return { kind: 'array', items, seen: start + 1, end: at };
    }
    if (text[at] === '"') return { kind: 'string', value: string('a value'), seen: start + 1, end: at };
    const digits = match(NUMBER);
    if (digits !== undefined) return { kind: 'number', value: Number(digits), seen: at, end: at };
    const word =
      match(WORD) ??
      unexpected("a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')");
    const literal = LITERALS.get(word);
    if (literal === undefined) {
      fail(
        `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
      );
    }
    return { kind: 'literal', value: literal ?? null, seen: at, end: at };
  };

  const root = value(0);
  match(SPACE);
  if (at < text.length) unexpected('the end of the pattern');
  return root;
}

/** A text and a place in it: the index of the next character that a reader had not consumed. */
export type SourcePlace = { readonly text: string; readonly index: number };

const SHOWN_CHARACTERS = 500;

/**
 * A pattern that EventBridge would refuse. `message` has the service's form; `reason` is the sentence alone. The place is absent
 * where the service names none (an address in `cidr`, the combinations of `$or`).
 */
export class InvalidEventPattern extends Error {
  readonly reason: string;

  constructor(reason: string, place?: SourcePlace) {
    super(`Event pattern is not valid. Reason: ${reason}${place ? `\n ${described(place)}` : ''}`);
    this.name = 'InvalidEventPattern';
    this.reason = reason;
  }
}

function described({ text, index }: SourcePlace): string {
  const lines = text.slice(0, index).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const cut = text.length - SHOWN_CHARACTERS;
  const shown = cut > 0 ? `"${text.slice(0, SHOWN_CHARACTERS)}"[truncated ${cut} chars]` : `"${text}"`;
  return `at [Source: (String)${shown}; line: ${lines.length}, column: ${column}]`;
}
