/** The DynamoDB of a local run: one of its own, or one that is running already. */
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_REGION } from '../../engine/place.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';

export type Database = {
  readonly endpoint: string;
  /** Resolves when a DynamoDB Local that was started here has ended by itself. */
  readonly lost: Promise<void>;
  stop(): Promise<void>;
};

/** DynamoDB Local takes any credentials; with a shared database they make no difference. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

const ANSWERS_WITHIN_MS = 3_000;

/**
 * Uses the DynamoDB at `endpoint`, or starts a DynamoDB Local in memory. Throws one line that says what to do when the
 * endpoint does not answer. `stop` leaves a database alone that was running before.
 */
export async function openDatabase(endpoint: string | undefined): Promise<Database> {
  if (endpoint !== undefined) {
    await assertAnswering(endpoint);
    return { endpoint, lost: new Promise(() => {}), stop: async () => {} };
  }
  const own = await startDynamoDbLocal();
  let stopping = false;
  const lost = new Promise<void>((resolve) => {
    own.ended.then(() => {
      if (!stopping) resolve();
    });
  });
  return {
    endpoint: own.endpoint,
    lost,
    async stop() {
      stopping = true;
      await own.stop();
    },
  };
}

/** A client of the local database. Call `destroy` when done. */
export function databaseClient(endpoint: string, maxAttempts = 3): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS, maxAttempts });
}

async function assertAnswering(endpoint: string): Promise<void> {
  const client = databaseClient(endpoint, 1);
  try {
    await client.send(new ListTablesCommand({ Limit: 1 }), { abortSignal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
  } catch (error) {
    throw new Error(
      `No DynamoDB answers at DYNAMODB_ENDPOINT=${endpoint} (${reasonOf(error)}). ` +
        'Start DynamoDB Local there with -sharedDb, or unset DYNAMODB_ENDPOINT and one is started for you.',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}

function reasonOf(error: unknown): string {
  const reason: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(reason instanceof Error)) return String(reason);
  if (reason.name === 'AbortError') return `nothing came within ${ANSWERS_WITHIN_MS / 1_000} s`;
  // The SDK tells of an answer that it could not read in its own terms only.
  if ('$response' in reason) return 'what answers there is something else';
  return reason.message.split('\n')[0] ?? '';
}
