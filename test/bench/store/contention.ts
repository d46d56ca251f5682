/** What becomes of commands when many processes write to one stream. */
import { toStreamId } from '#shared/event/index.ts';
import { kitClient } from '../bench-database.ts';
import { counted } from '../counted-client.ts';
import { addition } from '../counter/counter.ts';
import { kitWriter, warm } from '../counter/kit-writer.ts';
import type { PreloadedStreams } from '../counter/preloaded-streams.ts';
import { atMost, figure, type Section } from '../report.ts';

const WRITERS = 16;
const COMMANDS = 125;

export async function contentionSection({ endpoint, kitTable }: PreloadedStreams): Promise<Section> {
  const { client, spent } = counted(kitClient(endpoint));
  const stream = toStreamId('counter', 'contended');
  let lost = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      const write = kitWriter(client, kitTable, warm());
      for (let command = 0; command < COMMANDS; command += 1) {
        const outcome = await write(stream, [addition()]);
        if (outcome.kind === 'conflict') lost += 1;
      }
    }),
  );
  client.destroy();
  const sent = WRITERS * COMMANDS;
  return {
    title: `Sixteen writers on one stream, ${sent} commands`,
    method:
      'Each remembers for itself, as functions side by side do, and sends its next command when the last is answered.',
    figures: [
      figure('lost: answered with a conflict', (100 * lost) / sent, { decimals: 2, unit: ' %', goal: atMost(0.5) }),
      figure('attempts per command', spent().writes / sent, { decimals: 2 }),
    ],
  };
}
