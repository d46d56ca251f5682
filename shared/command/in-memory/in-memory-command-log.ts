import { type CommandEntry, type CommandLog, KEPT_FOR_MS, replaces } from '../command-log.ts';

/** A command log for tests: as on DynamoDB, entries hold what JSON keeps of them. */
export function createInMemoryCommandLog(clock: () => Date): CommandLog {
  const entries = new Map<string, { readonly text: string; readonly until: number }>();
  const keyOf = (stream: string, id: string) => JSON.stringify([stream, id]);
  const standing = (key: string): CommandEntry | undefined => {
    const found = entries.get(key);
    return found === undefined || found.until <= clock().getTime() ? undefined : JSON.parse(found.text);
  };
  return {
    read: async (stream, id) => standing(keyOf(stream, id)),
    async write(entry) {
      const key = keyOf(entry.stream, entry.id);
      if (!replaces(entry, standing(key))) return false;
      entries.set(key, { text: JSON.stringify(entry), until: clock().getTime() + KEPT_FOR_MS });
      return true;
    },
  };
}
