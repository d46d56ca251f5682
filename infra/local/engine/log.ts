/** Where the parts of a run say something, line by line. */

/** Where a part says something to the person at the terminal; `source` is a function's or a part's name. */
export type Log = (level: 'info' | 'warn' | 'error', source: string, line: string) => void;

export type LineWriter = {
  write(level: Parameters<Log>[0], text: string): void;
  /** Writes what came without a line end. */
  flush(): void;
};

/** Writes every complete line at once, blank ones left out; each level has its own unfinished line. */
export function logLines(log: Log, source: string): LineWriter {
  const unfinished = new Map<Parameters<Log>[0], string>();
  const line = (level: Parameters<Log>[0], text: string) => {
    if (text.trim() !== '') log(level, source, text);
  };
  return {
    write(level, text) {
      const lines = ((unfinished.get(level) ?? '') + text).split(/\r?\n/);
      unfinished.set(level, lines.pop() ?? '');
      for (const text of lines) line(level, text);
    },
    flush() {
      for (const [level, text] of unfinished) line(level, text);
      unfinished.clear();
    },
  };
}
