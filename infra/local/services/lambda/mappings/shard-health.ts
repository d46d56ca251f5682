/** Whether a mapping can read its stream now; a person hears once that it cannot, and once that it can again. */
export type Health = {
  /** A part that is not known to work yet. */
  expect(part: string): void;
  up(part: string): void;
  down(part: string, error: unknown): void;
  forget(part: string): void;
  /** True when every part works; false before there is any. */
  live(): boolean;
};

/** Says once that something does not work, whichever parts notice, and once that all of it works again. */
export function createHealth(say: (level: 'info' | 'warn', line: string) => void): Health {
  const parts = new Map<string, boolean>();
  let complaint = false;
  const allUp = () => parts.size > 0 && [...parts.values()].every(Boolean);
  const settle = () => {
    if (!complaint || !allUp()) return;
    complaint = false;
    say('info', 'can be read again.');
  };
  return {
    expect(part) {
      parts.set(part, false);
    },
    up(part) {
      parts.set(part, true);
      settle();
    },
    down(part, error) {
      parts.set(part, false);
      if (complaint) return;
      complaint = true;
      say('warn', `cannot be read (${describe(error)}); trying again until it can.`);
    },
    forget(part) {
      parts.delete(part);
      settle();
    },
    live: allUp,
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to several addresses is an AggregateError without a text of its own.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message === '' ? code : `${code}: ${error.message}`;
}
