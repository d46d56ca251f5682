/** A proxy before DynamoDB that passes everything on and remembers who asked, by the caller's app id. */
import { type ForwardingServer, forwardingServer } from './forwarding-server.ts';

export type ListeningProxy = ForwardingServer & {
  /** App ids. */
  readonly heard: ReadonlySet<string>;
};

/** What the SDK adds to its user agent when AWS_SDK_UA_APP_ID is set. */
const APP_ID = /\bapp\/([\w.-]+)/;

/** `each` is told of every request before it is passed on. */
export async function listeningProxy(
  target: string,
  each: (operation: string) => void = () => {},
): Promise<ListeningProxy> {
  const heard = new Set<string>();
  const server = await forwardingServer(target, ({ headers }) => {
    each(String(headers['x-amz-target']).replace(/^.*\./, ''));
    const caller = APP_ID.exec(String(headers['user-agent']))?.[1];
    if (caller !== undefined) heard.add(caller);
    return false;
  });
  return { ...server, heard };
}
