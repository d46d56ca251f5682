/** One DynamoDB Local serves the whole run; `inject('dynamodbEndpoint')` tells where it is. */
import type { TestProject } from 'vitest/node';
import { startDynamoDbLocal } from '../../infra/local/services/dynamodb/dynamodb-local.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    dynamodbEndpoint: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dynamodb = await startDynamoDbLocal();
  project.provide('dynamodbEndpoint', dynamodb.endpoint);
  return () => dynamodb.stop();
}
