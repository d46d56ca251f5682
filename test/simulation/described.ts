/** What a request carries and what it is answered, in a few words for the trace of a failing run. */

export function described(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(described).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, one]) => `${key}: ${described(one)}`).join(', ')}}`;
  if (typeof value !== 'object' || value === null) return String(value);
  const { kind, stream, version, watermark, from, to, announced, parked, position, count, events, token, streams } =
    value as Record<string, unknown>;
  const { put, remove } = value as { readonly put?: readonly unknown[]; readonly remove?: readonly unknown[] };
  const words = [
    kind,
    token !== undefined && described(token),
    stream,
    version !== undefined && `at version ${version}`,
    from !== undefined && typeof from !== 'object' && `from ${from}`,
    to !== undefined && typeof to !== 'object' && `to ${to}`,
    watermark !== undefined && `watermark ${watermark}`,
    announced !== undefined && `announced ${announced}`,
    parked !== undefined && 'parked',
    position !== undefined && `position ${position}`,
    count !== undefined && `with ${count} events`,
    put !== undefined && remove !== undefined && put.length + remove.length > 0 && `+${put.length} -${remove.length}`,
    Array.isArray(events) && events.map(({ what }) => what).join(' and '),
    streams !== undefined && described(streams),
  ];
  return words.filter(Boolean).join(' ');
}
