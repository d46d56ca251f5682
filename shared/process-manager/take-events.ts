/** The events of a source stream come into the processes that they concern: each once, in their order, none left out. */
import type { CommandHandling } from '#shared/command/index.ts';
import { type RecordedEvent, type StreamId, toStreamId } from '#shared/event/index.ts';
import { lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { assertNotParked, type QueryTable } from '#shared/projection/index.ts';
import { type AnyProcessManager, concernedProcess } from './process-manager.ts';
import { takeInput } from './take-input.ts';

export type TakingPorts = {
  /** Keeps how far each source stream has been taken. */
  readonly table: QueryTable;
  readonly handling: CommandHandling;
};

export type TakenEvents = { readonly reached: number; readonly processes: readonly StreamId[] };

/**
 * Takes everything that the log holds of a stream after its watermark, whole commits only, and gives the version reached with
 * the processes that were concerned. A message is only a hint; what somebody else has taken is passed over. Safe to retry.
 * Throws `parked`, what reading the log throws, and what taking an input throws; the watermark is then before that commit.
 */
export async function takeEvents(
  { table, handling }: TakingPorts,
  processManager: AnyProcessManager,
  stream: StreamId,
  announced: number,
): Promise<TakenEvents> {
  const processes = new Set<StreamId>();
  let row = await table.read(stream);
  if (row?.parked !== undefined) row = await table.read(stream, { consistent: true });
  if (row !== undefined && row.watermark >= announced) return { reached: row.watermark, processes: [] };
  for (let more = true; more; ) {
    assertNotParked(stream, row);
    const from: number = row?.watermark ?? 0;
    let watermark = from;
    const page = await handling.store.readCommits(stream, { after: from });
    try {
      for (const commit of page.commits) {
        for (const event of recordedEvents(commit)) {
          const process = await takeEvent(handling, processManager, event);
          if (process !== undefined) processes.add(process);
        }
        watermark = lastVersion(commit);
      }
    } finally {
      const change = { from, watermark, row: null, put: [], remove: [] };
      const isWritten = watermark === from || (await table.write(stream, change));
      // Who is overtaken goes on from where the winner is, and finds what is taken in the log.
      row = isWritten ? { watermark, row: null } : await table.read(stream, { consistent: true });
    }
    more = page.more || row?.watermark !== watermark;
  }
  return { reached: row?.watermark ?? 0, processes: [...processes] };
}

/** Gives the process that the event concerns, if there is one. */
async function takeEvent(
  handling: CommandHandling,
  processManager: AnyProcessManager,
  event: RecordedEvent,
): Promise<StreamId | undefined> {
  const { id: causationId, correlationId, when: since } = event.context;
  const id = concernedProcess(processManager, event);
  if (id === undefined) return undefined;
  const process = toStreamId(processManager.name, id);
  await takeInput(handling, processManager, process, { kind: 'event', event }, { correlationId, causationId, since });
  return process;
}
