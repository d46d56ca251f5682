/** What a call to a service that does not run here asks for, and a refusal in the protocol of that call. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type AbsentCall = { readonly service: string; readonly operation: string; readonly protocol: Protocol };
type Protocol = 'json' | 'cbor' | 'query' | 'ec2' | 'rest-xml' | 's3' | 'rest-json';

export type Refusal = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};

/** Services whose REST interface speaks XML. */
const XML: ReadonlyMap<string, Protocol> = new Map([
  ['s3', 's3'],
  ['s3express', 's3'],
  ['cloudfront', 'rest-xml'],
  ['route53', 'rest-xml'],
]);

/**
 * The service by the signature, else by what the SDK says of itself; the operation by name where the protocol has one, else method
 * and path.
 */
export function absentCall(method: string, url: string, headers: IncomingHttpHeaders, body: string): AbsentCall {
  const [, signed] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const agent = `${headers['x-amz-user-agent'] ?? ''} ${headers['user-agent'] ?? ''}`;
  const [, spoken] = /\bapi\/([\w-]+)[#/]/.exec(agent) ?? [];
  const service = signed ?? spoken?.toLowerCase() ?? 'unknown';
  const path = url.split('?')[0] ?? '';
  const [, remote] = /\/operation\/(\w+)$/.exec(path) ?? [];
  if (headers['smithy-protocol'] === 'rpc-v2-cbor' && remote) return { service, operation: remote, protocol: 'cbor' };
  const target = String(headers['x-amz-target'] ?? '');
  if (target !== '') return { service, operation: target.split('.').at(-1) ?? target, protocol: 'json' };
  const action = new URLSearchParams(body).get('Action');
  const isForm = String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
  if (isForm && action) return { service, operation: action, protocol: service === 'ec2' ? 'ec2' : 'query' };
  return { service, operation: `${method} ${path}`, protocol: XML.get(service) ?? 'rest-json' };
}

/** Not a status that clients try again. */
const STATUS = 501;
const CODE = 'ServiceDoesNotRunHere';

/** An error with the message as an SDK of the protocol understands it. */
export function refusal(protocol: Protocol, message: string): Refusal {
  const requestId = randomUUID();
  const error = `<Code>${CODE}</Code><Message>${escaped(message)}</Message>`;
  const xml = (text: string) => answer('text/xml', `<?xml version="1.0"?>${text}`);
  switch (protocol) {
    case 'json':
      return answer('application/x-amz-json-1.1', JSON.stringify({ __type: CODE, message }));
    case 'rest-json':
      return answer('application/json', JSON.stringify({ message }), { 'x-amzn-errortype': CODE });
    case 'cbor':
      return answer('application/cbor', cborTexts({ __type: CODE, message }), { 'smithy-protocol': 'rpc-v2-cbor' });
    case 's3':
      return xml(`<Error>${error}<RequestId>${requestId}</RequestId></Error>`);
    case 'ec2':
      return xml(`<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`);
    case 'query':
    case 'rest-xml':
      return xml(
        `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
  }
}

function answer(contentType: string, body: string | Buffer, more: Readonly<Record<string, string>> = {}): Refusal {
  return { status: STATUS, headers: { 'content-type': contentType, ...more }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** RFC 8949: a map of at most 23 texts, each shorter than 64 KB. */
function cborTexts(values: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(values);
  return Buffer.concat([Buffer.from([0xa0 + entries.length]), ...entries.flat().map(cborText)]);
}

function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x79, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([head, bytes]);
}
