/** What CloudWatch would make of the lines that are written from now on: each with its metrics, their dimensions and the notes. */
import { expect, vi } from 'vitest';

type Line = Readonly<Record<string, unknown>> & {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
};

/** `notes` stays in the log: it is what no metric and no dimension is made of. */
export function writtenMetrics(): () => Record<string, unknown>[] {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  return () => written.filter((text) => text.includes('"_aws"')).map((text) => metricsOf(JSON.parse(text)));
}

function metricsOf({ _aws, ...values }: Line): Record<string, unknown> {
  const [directive] = _aws.CloudWatchMetrics;
  expect(directive?.Namespace).toBe('Tributary');
  const made = [...(directive?.Dimensions.flat() ?? []), ...(directive?.Metrics.map(({ Name }) => Name) ?? [])];
  const notes = Object.entries(values).filter(([name]) => !made.includes(name));
  return {
    ...Object.fromEntries(made.map((name) => [name, values[name]])),
    ...(notes.length > 0 && { notes: Object.fromEntries(notes) }),
  };
}
