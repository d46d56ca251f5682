/** When each schedule and each rule of a run is due next. */

/**
 * Told whenever a next run changes: the ARN and the name of a schedule or rule, and when it is due. Undefined: not any more, or
 * not while it is disabled.
 */
export type TellNextRun = (arn: string, name: string, time: number | undefined | 'gone') => void;

export type NextRuns = {
  readonly tell: TellNextRun;
  /** Calls `changed` after every change from here on. */
  watch(changed: () => void): void;
  /** ISO times by name, null for what is not due any more; what shares its name with another is under its ARN. */
  shown(): Readonly<Record<string, string | null>>;
};

export function createNextRuns(): NextRuns {
  const runs = new Map<string, { readonly name: string; readonly time: number | undefined }>();
  const watching: (() => void)[] = [];
  return {
    tell(arn, name, time) {
      if (time === 'gone') runs.delete(arn);
      else runs.set(arn, { name, time });
      for (const changed of watching) changed();
    },
    watch: (changed) => void watching.push(changed),
    shown() {
      const entries = [...runs].map(([arn, { name, time }]): [string, string | null] => [
        [...runs.values()].filter((other) => other.name === name).length > 1 ? arn : name,
        time === undefined ? null : new Date(time).toISOString(),
      ]);
      return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}
