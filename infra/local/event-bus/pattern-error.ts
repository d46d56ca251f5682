/** How does an invalid event pattern say where it is wrong? */

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
