/** What becomes of commands when many processes write to one stream? */
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { toStreamId } from '#shared/event/index.ts';
import { counted } from './counted-client.ts';
import { kitWriter, warmStreams } from './kit-writer.ts';
import { KIT_TABLE, type Tables } from './tables.ts';

export type Contention = {
  /** Share of the commands that were answered with a conflict, 0 to 1. */
  readonly lost: number;
  readonly attemptsPerCommand: number;
  readonly commands: number;
};

/** Every writer remembers for itself, as functions side by side do, and sends its next command when the last is answered. */
export async function measureContention(
  { endpoint }: Tables,
  { writers, commands }: { readonly writers: number; readonly commands: number },
): Promise<Contention> {
  const { client, spent } = counted(createDocumentClient(endpoint));
  const stream = toStreamId('counter', 'contended');
  let lost = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      const write = kitWriter(client, KIT_TABLE, warmStreams());
      for (let command = 0; command < commands; command += 1) {
        const outcome = await write(stream, [1]);
        if (outcome.kind === 'conflict') lost += 1;
      }
    }),
  );
  client.destroy();
  const sent = writers * commands;
  return { lost: lost / sent, attemptsPerCommand: spent().writes / sent, commands: sent };
}
