/**
 * Every chance of a run has a name, and its outcome follows from the seed and that name alone. So one chance can be taken away
 * and the others stay as they were, which is how a failing run becomes a short one.
 */

export type Draws = {
  /** One of the unusual things, each with its probability; undefined for what usually happens. */
  rare<Thing>(name: string, odds: readonly (readonly [thing: Thing, probability: number])[]): Thing | undefined;
  /** A share from 0 to 1, for the size of something unusual. */
  share(name: string): number;
  /** From now on only what is usual happens. */
  end(): void;
  /** What was drawn that is unusual, by name. */
  readonly unusual: ReadonlySet<string>;
};

type DrawOptions = {
  /** All that is not in it goes as usual. */
  readonly kept?: ReadonlySet<string> | undefined;
  /** So many times as often as the odds say, something unusual happens. */
  readonly intensity?: number;
};

export function createDraws(seed: number, { kept, intensity = 1 }: DrawOptions = {}): Draws {
  const counts = new Map<string, number>();
  const unusual = new Set<string>();
  let isOver = false;

  function numbered(name: string): string {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${name} #${count}`;
  }

  return {
    unusual,
    rare(name, odds) {
      if (isOver) return undefined;
      const key = numbered(name);
      if (kept !== undefined && !kept.has(key)) return undefined;
      let rest = share(seed, key) / intensity;
      for (const [thing, probability] of odds) {
        if (rest < probability) {
          unusual.add(key);
          return thing;
        }
        rest -= probability;
      }
      return undefined;
    },
    share: (name) => share(seed, numbered(name)),
    end() {
      isOver = true;
    },
  };
}

/** FNV-1a over the name, mixed as in MurmurHash3. */
function share(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16) ^ seed, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
