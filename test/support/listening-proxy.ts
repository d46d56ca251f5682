/** A proxy before DynamoDB that passes everything on and remembers the actions, by the caller's app id. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';

export type ListeningProxy = {
  readonly url: string;
  /** By app id: each `action on table`, as a policy would have to allow it. */
  readonly heard: ReadonlyMap<string, ReadonlySet<string>>;
  stop(): Promise<void>;
};

/** What the SDK adds to its user agent when AWS_SDK_UA_APP_ID is set. */
const APP_ID = /\bapp\/([\w.-]+)/;

/** `each` is told of every request before it is passed on. */
export async function listeningProxy(target: string, each: () => void = () => {}): Promise<ListeningProxy> {
  const heard = new Map<string, Set<string>>();
  const server = createServer((incoming, outgoing) => {
    each();
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const caller = APP_ID.exec(String(incoming.headers['user-agent']))?.[1];
      if (caller !== undefined) {
        const actions = heard.get(caller) ?? new Set();
        heard.set(caller, actions);
        const [, action = ''] = String(incoming.headers['x-amz-target']).split('.');
        for (const each of actionsOf(action, JSON.parse(body.toString()))) actions.add(each);
      }
      const { method, headers } = incoming;
      const passed = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      passed.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${Object(server.address()).port}`,
    heard,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

type Body = {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
};

/** A transaction needs the right to each of its writes. Source: IAM for DynamoDB transactions, developer guide. */
const RIGHT_OF_WRITE: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Delete: 'DeleteItem',
  Update: 'UpdateItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

function actionsOf(action: string, { TableName, RequestItems = {}, TransactItems = [] }: Body): string[] {
  const writes = TransactItems.flatMap((item) => Object.entries(item));
  return [
    ...(TableName === undefined ? [] : [`dynamodb:${action} on ${TableName}`]),
    ...Object.keys(RequestItems).map((table) => `dynamodb:${action} on ${table}`),
    ...writes.map(([kind, { TableName: table }]) => `dynamodb:${RIGHT_OF_WRITE[kind] ?? kind} on ${table}`),
  ];
}
