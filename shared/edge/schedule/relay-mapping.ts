/**
 * Whether the relay of a context is called at all. While its mapping is off nothing fails and no age is measured, and after a day
 * the records of the stream expire without a dead letter: only the state of the mapping tells of it.
 */
import { GetEventSourceMappingCommand, type LambdaClient } from '@aws-sdk/client-lambda';

export type MappingState = {
  readonly id: string;
  /** As Lambda names it; undefined when there is no such mapping. */
  readonly state: string | undefined;
  readonly reason: string | undefined;
};

/** Those in which a mapping reads its stream, or will without anybody's doing. Source: Lambda API reference, EventSourceMappingConfiguration. */
const FOLLOWING: ReadonlySet<string> = new Set(['Creating', 'Enabling', 'Enabled', 'Updating']);

/** That the relay stands still until a person acts, and how; undefined when it does not. */
export function relayStandstill({ id, state, reason }: MappingState): string | undefined {
  if (state !== undefined && FOLLOWING.has(state)) return undefined;
  const stands = 'nothing new reaches the feed and the bus';
  if (state === undefined || state === 'Deleting') {
    return `The mapping ${id} is gone: ${stands}. Deploy the context again, within a day of the first commit that waits.`;
  }
  const why = reason === undefined ? '' : ` (${reason})`;
  return `The mapping ${id} is ${state}${why}: ${stands}. Within a day: aws lambda update-event-source-mapping --uuid ${id} --enabled`;
}

/** Asks Lambda. Throws what the service throws, but for a mapping that is not there. */
export const relayMapping = (client: LambdaClient, id: string) => async (): Promise<MappingState> => {
  try {
    const { State, StateTransitionReason } = await client.send(new GetEventSourceMappingCommand({ UUID: id }));
    return { id, state: State, reason: StateTransitionReason };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      return { id, state: undefined, reason: undefined };
    }
    throw error;
  }
};
