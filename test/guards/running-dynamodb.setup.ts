/** Where do the tests of a guard run find DynamoDB Local? There is one for the whole run. */
import type { TestProject } from 'vitest/node';

export default function setup(project: TestProject): void {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (endpoint === undefined) throw new Error('DYNAMODB_ENDPOINT is not set.');
  project.provide('dynamodbEndpoint', endpoint);
}
