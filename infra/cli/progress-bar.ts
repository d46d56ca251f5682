/** A bar with the rate and the time left on a terminal, nothing elsewhere. */
import type { WriteStream } from 'node:tty';

type Progress = { add(items: number): void; end(): void };

const WIDTH = 40;

/** Between two drawings. */
const INTERVAL_MS = 100;

/** `total` may be a guess: the bar stops short of its end until `end`. */
export function progressBar(label: string, total: number, to: Pick<WriteStream, 'write' | 'isTTY'>): Progress {
  const start = performance.now();
  let done = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = (part: number) => {
    if (!to.isTTY) return;
    const filled = Math.floor(part * WIDTH);
    const rate = Math.round(done / Math.max((performance.now() - start) / 1_000, 0.001));
    const left = rate === 0 || part === 1 ? '' : ` ${timeText(Math.max(total - done, 0) / rate)} left`;
    to.write(
      `\r${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.floor(part * 100)} % ${rate}/s${left}  \u001b[K`,
    );
  };
  return {
    add(items) {
      done += items;
      if (performance.now() - drawn < INTERVAL_MS) return;
      drawn = performance.now();
      draw(Math.min(done / Math.max(total, 1), 0.99));
    },
    end() {
      draw(1);
      if (to.isTTY) to.write('\n');
    },
  };
}

const timeText = (seconds: number) =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
