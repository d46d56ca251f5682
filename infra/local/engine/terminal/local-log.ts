/** Every line of a run goes to a file, and in readable form to the terminal. */
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import type { Log } from '../log.ts';
import { isForeignFrame, isMetric, readable } from './readable.ts';

export type LocalLog = {
  readonly log: Log;
  /** Says something to the person and keeps it in the file. */
  say(line: string): void;
  /** From here on what is logged goes to the file only. */
  quiet(): void;
  /** Keeps it in the file only. */
  keep(source: string, text: string): void;
};

/**
 * Every line goes to the file, with its time, and in readable form to `print`; of a stack only the frames that are in
 * neither Node nor a package, and no metrics. The file begins anew with the first line of a run, so that a run that never starts leaves
 * the last one's log alone. Nothing is lost when the process ends.
 */
export function createLocalLog(file: string, print: (text: string) => void): LocalLog {
  let descriptor: number | undefined;
  let quiet = false;
  const write = (level: string, source: string, line: string) => {
    descriptor ??= begin(file);
    writeSync(descriptor, `${new Date().toISOString()} ${level.padEnd(5)} ${source}  ${line}\n`);
  };
  return {
    log(level, source, line) {
      write(level, source, line);
      const text = readable(line);
      if (quiet || isMetric(line) || (level !== 'info' && isForeignFrame(text))) return;
      const mark = level === 'info' || /^(WARN|ERROR|FATAL)\b/.test(text) ? '' : `${level.toUpperCase()} `;
      const shown = `${source}  ${mark}${text}`;
      print(level === 'info' ? shown : styleText(level === 'warn' ? 'yellow' : 'red', shown));
    },
    say(line) {
      write('info', 'local', line);
      print(line);
    },
    quiet() {
      quiet = true;
    },
    keep(source, text) {
      for (const line of text.split('\n')) if (line.trim() !== '') write('info', source, line);
    },
  };
}

function begin(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    return openSync(file, 'a');
  } catch (error) {
    throw new Error(`The log ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
