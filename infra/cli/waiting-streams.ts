/** Parked streams are taken further from where they stopped, in order. */

import type { StreamId } from '#shared/event/index.ts';
import { allParked, type Follower, type QueryTable, redriveStream } from '#shared/projection/index.ts';
import type { Waiting } from './waiting.ts';

export type RedrivePorts = {
  readonly table: QueryTable;
  readonly clock: () => Date;
  /** Brings a stream at least to a version, as far as the log goes, and gives the version reached. */
  readonly takeFurther: (stream: StreamId, announced: number) => Promise<number>;
};

export async function waitingStreams(
  ports: RedrivePorts,
  follower: Follower,
  isChosen: (stream: string) => boolean,
): Promise<Waiting> {
  const { name } = follower;
  const parked = (await allParked(ports.table)).filter(({ stream }) => isChosen(stream));
  return {
    lines: parked.map(
      ({ stream, version, error, at }) => `${name}: ${stream} is parked at version ${version} since ${at}: ${error}`,
    ),
    streams: parked.map(({ stream }) => stream),
    async carryOut() {
      let left = 0;
      for (const { stream } of parked) {
        const toItsEnd = () => ports.takeFurther(stream, Number.MAX_SAFE_INTEGER);
        try {
          console.log(
            `${name}: ${stream} has reached version ${await redriveStream(ports, follower, stream, toItsEnd)}`,
          );
        } catch (error) {
          left += 1;
          console.log(`${name}: ${stream} stays parked: ${error instanceof Error ? error.message : error}`);
        }
      }
      return left;
    },
  };
}
