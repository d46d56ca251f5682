/**
 * A stand-in for API Gateway before a local run: it works out the signature of every request again (AWS Signature Version 4, by the
 * reference, without the SDK) and passes on what is signed right. Anything else is 403, but for the route that is open.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ForwardingServer, forwardingServer } from './forwarding-server.ts';

export type SignedGateway = ForwardingServer & {
  /** `GET /health 403` for each request, in their order. */
  readonly answered: readonly string[];
};

type Gateway = {
  readonly target: string;
  readonly region: string;
  /** Secrets by access key. */
  readonly keys: Readonly<Record<string, string>>;
  /** What is answered before anything else, for as long as it gives a status. */
  readonly first?: (path: string) => number | undefined;
};

const OPEN = 'GET /up';

/** How old a signature may be. Source: IAM user guide, request date. */
const VALID_FOR_MS = 5 * 60_000;

export async function signedGateway({ target, first = () => undefined, ...trusted }: Gateway): Promise<SignedGateway> {
  const answered: string[] = [];
  const server = await forwardingServer(target, (incoming, body, outgoing) => {
    const { method, url: path = '/' } = incoming;
    outgoing.on('finish', () => answered.push(`${method} ${path.split('?')[0]} ${outgoing.statusCode}`));
    const early = first(path);
    if (early !== undefined) outgoing.writeHead(early).end();
    else if (`${method} ${path}` === OPEN || isSigned(incoming, body, trusted)) return false;
    else outgoing.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
    return true;
  });
  return { ...server, answered };
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)\/(?<day>\d{8})\/(?<region>[^/]+)\/execute-api\/aws4_request, ?SignedHeaders=(?<names>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

function isSigned(
  incoming: IncomingMessage,
  body: Buffer,
  { region, keys }: Pick<Gateway, 'region' | 'keys'>,
): boolean {
  const said = AUTHORIZATION.exec(incoming.headers.authorization ?? '')?.groups;
  const at = String(incoming.headers['x-amz-date']);
  if (said === undefined || said.region !== region || !at.startsWith(`${said.day}T`) || !isRecent(at)) return false;
  const secret = keys[said.key ?? ''];
  const names = (said.names ?? '').split(';');
  if (secret === undefined || !['host', 'x-amz-date'].every((name) => names.includes(name))) return false;

  const headers = names.map((name) => `${name}:${String(incoming.headers[name]).trim().replaceAll(/ +/g, ' ')}\n`);
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
  const canonical = [
    incoming.method,
    // Every segment is encoded once more than it was sent, for all services but S3.
    path.split('/').map(encode).join('/'),
    [...new URLSearchParams(query)]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join('&'),
    headers.join(''),
    said.names,
    sha256(body),
  ].join('\n');
  const scope = `${said.day}/${region}/execute-api/aws4_request`;
  const key = scope.split('/').reduce<Buffer>((outer, part) => hmac(outer, part), Buffer.from(`AWS4${secret}`));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(Buffer.from(canonical))].join('\n'));
  return timingSafeEqual(signature, Buffer.from(said.signature ?? '', 'hex'));
}

function isRecent(at: string): boolean {
  const time = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
  return Math.abs(Date.now() - time) < VALID_FOR_MS;
}

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
