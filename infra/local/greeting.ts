/** What a person is told once the local cloud runs. */
import type { LocalCloud } from './start.ts';

/** The addresses, something to try, and where the log is; one text of several lines. */
export function greeting(cloud: LocalCloud, ownApp: boolean, logFile: string): string {
  const lines = [
    '',
    ...cloud.apis.map(({ name, url }) => `${name.padEnd(12)} ${url}`),
    `${'EventBridge'.padEnd(12)} ${cloud.eventBridgeUrl}`,
    `${'DynamoDB'.padEnd(12)} ${cloud.dynamodbEndpoint}`,
    `${'SQS'.padEnd(12)} ${cloud.sqsUrl}`,
    '',
    ...(ownApp ? ['Try:', ...examples(cloud.url)] : routes(cloud)),
    '',
    `Everything is logged to ${logFile}. Ctrl-C ends it.`,
    '',
  ];
  return lines.join('\n');
}

function examples(url: string): string[] {
  const post = (path: string, body: object) =>
    `  curl -X POST ${url}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  return [
    post('/accounts/alice/open', { owner: 'Alice', on: '2026-01-01' }),
    post('/accounts/alice/receive-payment', { amount: 10000, on: '2026-01-02' }),
    // Strong, since a person who pastes all three lines at once is faster than the projection.
    `  curl ${url}/accounts/alice/statement -H 'consistency: strong'`,
  ];
}

function routes({ apis }: LocalCloud): string[] {
  const listed = apis.flatMap(({ url, routes }) =>
    routes.map((key) => {
      const [method, path] = key.split(' ');
      return path === undefined ? `  ${key} ${url}` : `  ${method} ${url}${path}`;
    }),
  );
  return listed.length === 0 ? ['The app has no HTTP routes.'] : ['Routes:', ...listed];
}
