/** A short soak of the rebuild: killed and resumed in the midst of commands and queries, activated, left, and cleaned up. */
import { expect, inject, it } from 'vitest';
import { QUERY_TABLE } from '#shared/dynamodb/index.ts';
import { createQueryTable, patientClient } from '../shared/projection/dynamodb-tables.ts';
import { stubAwsEnvironment } from '../support/aws-environment.ts';
import { keyedTable } from '../support/keyed-table.ts';
import { rebuildSoak } from './rebuild-soak.ts';

stubAwsEnvironment();

it('No answer is of a half-filled version, however often the rebuild is killed, and in the end all is as the log says', async () => {
  const endpoint = inject('dynamodbEndpoint');
  const client = patientClient(endpoint);
  const result = await rebuildSoak({
    endpoint,
    stage: 'rebuildsoak',
    table: (kind, name) =>
      kind === QUERY_TABLE
        ? createQueryTable(client, name)
        : client.send(keyedTable(name, kind.partitionKey.name, kind.sortKey?.name ?? '')),
    seed: 7,
    events: 2_000,
    kills: 3,
    requestsBeforeKill: 20,
  });
  client.destroy();
  expect(result).toMatchObject({ differences: [], kills: 3 });
  expect(
    Math.min(result.commands, result.rowsAnswered, result.listsOfOldVersion, result.listsOfNewVersion),
  ).toBeGreaterThan(0);
}, 180_000);
