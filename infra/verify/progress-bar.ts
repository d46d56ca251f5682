/** How far is it? A bar on a terminal, nothing elsewhere. */
import type { WriteStream } from 'node:tty';

type Progress = { add(items: number): void; end(): void };

const WIDTH = 40;

/** `total` may be a guess: the bar stops short of its end until `end`. */
export function progressBar(label: string, total: number, to: Pick<WriteStream, 'write' | 'isTTY'>): Progress {
  let done = 0;
  let drawn = '';
  const draw = (part: number) => {
    const filled = Math.floor(part * WIDTH);
    const line = `\r${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.floor(part * 100)} %`;
    if (to.isTTY && line !== drawn) to.write(line);
    drawn = line;
  };
  return {
    add(items) {
      done += items;
      draw(Math.min(done / Math.max(total, 1), 0.99));
    },
    end() {
      draw(1);
      if (to.isTTY) to.write('\n');
    },
  };
}
