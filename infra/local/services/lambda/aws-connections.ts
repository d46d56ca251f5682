/**
 * Nothing goes from a function's thread to AWS: what does not know `AWS_ENDPOINT_URL` would carry what was meant for the local cloud
 * there, or wait for an answer where there is no network.
 */
import { Socket } from 'node:net';

const OF_AWS = /\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws|on\.aws|amazoncognito\.com)\.?$/i;

/** Of an instance and of a container: on a machine in AWS they would hand out its credentials, and Lambda has none of them. */
const METADATA = new Set(['169.254.169.254', 'fd00:ec2::254', '169.254.170.2']);

/** From here on, for all connections of this thread, those of `fetch` too; `tell` gets the line that the error says. */
export function refuseAws(tell: (line: string) => void): void {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function refusing(this: Socket, ...given: unknown[]) {
    const line = refusal(hostOf(given));
    if (line === undefined) return Reflect.apply(connect, this, given);
    tell(line);
    // Version 2 of the SDK tries any other failure of a connection again, until the time of the function is over.
    const error = Object.assign(new Error(line), { code: 'RequestAbortedError' });
    process.nextTick(() => this.destroy(error));
    return this;
  };
}

/** Options, alone or first in the list that Node makes for itself, or a port and a host. */
function hostOf([first, second]: unknown[]): string {
  const options: unknown = Array.isArray(first) ? first[0] : first;
  const host: unknown = Object(options) === options ? Reflect.get(Object(options), 'host') : second;
  return typeof host === 'string' ? host : '';
}

function refusal(host: string): string | undefined {
  if (METADATA.has(host)) return `${host} is refused: there is no metadata service, and no function has one on Lambda.`;
  if (!OF_AWS.test(host)) return undefined;
  return (
    `${host} is refused: nothing goes to AWS from a local run. aws-sdk v2, and a client with an endpoint of its own, ` +
    'do not know AWS_ENDPOINT_URL: use version 3 of the SDK (@aws-sdk/client-...) without an endpoint.'
  );
}
