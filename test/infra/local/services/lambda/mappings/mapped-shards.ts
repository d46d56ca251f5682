/** A mapping of a scripted stream, for tests. */
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import type { StreamSource } from '../../../../../../infra/local/services/lambda/mappings/dynamodb-stream.ts';
import type { StreamMappingDefinition } from '../../../../../../infra/local/services/lambda/mappings/mapping-definitions.ts';
import { startStreamMapping } from '../../../../../../infra/local/services/lambda/mappings/table-stream-mapping.ts';
import { PATIENT } from './patient-mapping.ts';
import { functionOf, recordedLog } from './plain-functions.ts';

export type Event = { Records: { dynamodb: { SequenceNumber: string; Keys: { id: { S: string } } } }[] };
export const records = (event: unknown) =>
  (event as Event).Records.map(({ dynamodb }) => ({
    item: dynamodb.Keys.id.S,
    number: Number(dynamodb.SequenceNumber),
  }));

export function mapped(
  source: StreamSource,
  invoke: (event: Event) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<StreamMappingDefinition> = {},
) {
  const target = functionOf((event) => invoke(event as Event));
  const { log, lines } = recordedLog();
  const definition: StreamMappingDefinition = {
    ...PATIENT,
    tableName: 'accounts',
    sourceArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/accounts/stream/local',
    streamArn: 'arn:aws:dynamodb:ddblocal:000000000000:table/accounts/stream/1',
    target,
    batchSize: 10,
    dynamodbEndpoint: 'http://127.0.0.1:1',
    ...changes,
  };
  return { target, lines, mapping: startStreamMapping(definition, log, source) };
}

export const numbered = (item: string, ...numbers: number[]) => numbers.map((number) => ({ item, number }));
