/** `GET /commands/{stream}/{id}`, over the command logs of all contexts. */
import { createDynamoDbCommandLog } from '#shared/command/dynamodb/index.ts';
import { COMMANDS_TABLE, createDocumentClient, variableOfSeveral } from '#shared/dynamodb/index.ts';
import { commandStatusEndpoint } from '#shared/edge/http/index.ts';
import { namedSetting } from '#shared/edge/index.ts';
import { contexts } from '../contexts.ts';

const client = createDocumentClient();
const clock = () => new Date();

const logs = new Map(
  contexts.flatMap(({ name, aggregates }) => {
    const table = namedSetting(variableOfSeveral(COMMANDS_TABLE), name);
    const log = createDynamoDbCommandLog({ client, table, clock });
    return aggregates.map(({ category }) => [category, log] as const);
  }),
);

export const handler = commandStatusEndpoint((category) => logs.get(category));
