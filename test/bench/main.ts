/** `npm run bench` prints figures beside their goals and asserts nothing; README.md says what each one means. */
import { availableParallelism, loadavg } from 'node:os';
import { type Bench, printSection } from './report.ts';

const PARTS: Readonly<Record<string, () => Promise<Bench>>> = {
  bundle: async () => (await import('./bundle/bundle-bench.ts')).benchBundle,
  store: async () => (await import('./store/store-bench.ts')).benchStore,
  snapshots: async () => (await import('./snapshots/snapshot-price.ts')).benchSnapshots,
  feed: async () => (await import('./feed/feed-bench.ts')).benchFeed,
  scanners: async () => (await import('./scanners/scanners-bench.ts')).benchScanners,
  'catch-up': async () => (await import('./catch-up/catch-up-bench.ts')).benchCatchUp,
  speed: async () => (await import('./speed/speed-bench.ts')).benchSpeed,
  time: async () => (await import('./time/time-bench.ts')).benchTime,
  way: async () => (await import('./way/way-bench.ts')).benchWay,
  later: async () => (await import('./later/later-bench.ts')).benchLater,
  local: async () => (await import('./local/local-bench.ts')).benchLocal,
};

// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}. Without one, all are run.`);
  process.exit(2);
}
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} at the start: judge times on a busy machine by their ratios.`,
);
for (const [name, load] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const bench = await load();
  try {
    for await (const section of bench((step) => progress(`${name}: ${step}`))) printSection(section);
  } catch (error) {
    // What it started has ended; the other parts need nothing of it.
    console.error(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** On the error stream, so that the figures alone can be kept. */
function progress(step: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${step}\n`);
}
