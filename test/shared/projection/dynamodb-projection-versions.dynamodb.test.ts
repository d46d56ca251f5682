import { inject } from 'vitest';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { createQueryTable, patientClient } from './dynamodb-tables.ts';
import { projectionVersionsContract } from './projection-versions.contract.ts';

stubAwsEnvironment();
const client = patientClient(inject('dynamodbEndpoint'));

projectionVersionsContract('on DynamoDB', async () =>
  createDynamoDbProjectionVersions({ client, table: await createQueryTable(client) }),
);
