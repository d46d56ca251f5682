/** What a process remembers from one call to the next: a bounded few values, least recently used out first. */

export type BoundedCache<Key, Value> = {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
};

type Bounds<Value> = {
  readonly maximumValues: number;
  readonly maximumBytes: number;
  readonly bytesOf: (value: Value) => number;
};

/** Holds at most so many values, and at most so many bytes of them in all; a value that is larger alone is not kept. */
export function createBoundedCache<Key, Value>(bounds: Bounds<Value>): BoundedCache<Key, Value> {
  // A map keeps the order in which keys were put in: the least recently used comes first.
  const kept = new Map<Key, { readonly value: Value; readonly bytes: number }>();
  let bytes = 0;

  function remove(key: Key): void {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  }

  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    set(key, value) {
      remove(key);
      const added = { value, bytes: bounds.bytesOf(value) };
      if (added.bytes > bounds.maximumBytes) return;
      kept.set(key, added);
      bytes += added.bytes;
      for (const oldest of kept.keys()) {
        if (kept.size <= bounds.maximumValues && bytes <= bounds.maximumBytes) return;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
