/** Parked streams of a projection are applied from where they stopped, in order. */
import { type AnyProjection, allParked, type ProjectionPorts, redriveStream } from '#shared/projection/index.ts';
import type { Waiting } from './waiting.ts';

export type RedrivePorts = ProjectionPorts & { readonly clock: () => Date };

export async function waitingStreams(
  ports: RedrivePorts,
  projection: AnyProjection,
  isChosen: (stream: string) => boolean,
): Promise<Waiting> {
  const { name } = projection;
  const parked = (await allParked(ports.table)).filter(({ stream }) => isChosen(stream));
  return {
    lines: parked.map(
      ({ stream, version, error, at }) => `${name}: ${stream} is parked at version ${version} since ${at}: ${error}`,
    ),
    streams: parked.map(({ stream }) => stream),
    async carryOut() {
      let left = 0;
      for (const { stream } of parked) {
        try {
          console.log(`${name}: ${stream} has reached version ${await redriveStream(ports, projection, stream)}`);
        } catch (error) {
          left += 1;
          console.log(`${name}: ${stream} stays parked: ${error instanceof Error ? error.message : error}`);
        }
      }
      return left;
    },
  };
}
