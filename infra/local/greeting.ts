/** What a person is told once the local cloud runs. */
import type { LocalCloud } from './start.ts';

/** The addresses, something to try, and where the log is; one text of several lines. */
export function greeting(cloud: LocalCloud, ownApp: boolean, logFile: string): string {
  const lines = [
    '',
    ...aligned([
      ...[...cloud.apis, ...cloud.functionUrls].map(({ name, url }): Line => [name, url]),
      ...services(cloud),
    ]),
    '',
    ...outputs(cloud),
    ...(ownApp ? ['Try:', ...examples(cloud.url)] : routes(cloud)),
    '',
    `Everything is logged to ${logFile}. Ctrl-C ends it.`,
    '',
  ];
  return lines.join('\n');
}

/** Outputs that CDK makes by itself, for one stack to import from another. */
const OF_CDK = 'ExportsOutput';

type Line = readonly [name: string, value: string];

function services(cloud: LocalCloud): Line[] {
  return [
    ['EventBridge', cloud.eventBridgeUrl],
    ['DynamoDB', cloud.dynamodbEndpoint],
    ['SQS', cloud.sqsUrl],
    ['SNS', cloud.snsUrl],
    ['Lambda', cloud.lambdaUrl],
    ['Scheduler', cloud.schedulerUrl],
    ['Other AWS', `${cloud.absentUrl} (refuses by name)`],
  ];
}

function outputs(cloud: LocalCloud): string[] {
  const lines = Object.entries(cloud.outputs).flatMap(([stack, values]) =>
    Object.entries(values)
      .filter(([name]) => !name.startsWith(OF_CDK))
      .map(([name, value]): Line => [`  ${stack}.${name}`, String(value)]),
  );
  return lines.length === 0 ? [] : ['Outputs, also in .tributary/outputs.json:', ...aligned(lines), ''];
}

function aligned(lines: readonly Line[]): string[] {
  const width = Math.max(12, ...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)} ${value}`);
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

function routes({ apis, functionUrls }: LocalCloud): string[] {
  const ofApis = apis.flatMap(({ url, routes }) =>
    routes.map((key) => {
      const [method, path] = key.split(' ');
      return path === undefined ? `  ${key} ${url}` : `  ${method} ${url}${path}`;
    }),
  );
  const listed = [...ofApis, ...functionUrls.map(({ url }) => `  ANY ${url}`)];
  return listed.length === 0 ? ['The app has no HTTP routes.'] : ['Routes:', ...listed];
}
