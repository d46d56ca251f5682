/** Are the texts given to `wildcard` and `cidr` well formed, and what do they mean? */
import { InvalidEventPattern } from './pattern-error.ts';
import { addressFamily, inBlock, type LeafTest, matchesPieces } from './pattern-tests.ts';

/** Refuses the pattern at an index of its text. */
export type Fail = (reason: string, index: number) => never;

/** `*` is any run of characters, `\*` and `\\` are the characters themselves; nothing else may be escaped, `**` is refused. */
export function parseWildcard(text: string, index: number, fail: Fail): LeafTest {
  const pieces = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text[at + 1];
    // The service counts bytes of the value with its opening quote.
    const position = (): number => Buffer.byteLength(text.slice(0, at)) + 1;
    if (character === '*') {
      if (next === '*') fail(`Consecutive wildcard characters at pos ${position()}`, index);
      pieces.push('');
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') fail(`Invalid escape character at pos ${position()}`, index);
      pieces.push(`${pieces.pop()}${next}`);
      at += 1;
    } else pieces.push(`${pieces.pop()}${character}`);
  }
  return matchesPieces(pieces);
}

/** `address/bits`, IPv4 below 32 bits, IPv6 below 128. The service names no place in the pattern for these errors. */
export function parseCidr(text: string): LeafTest {
  const [address, bits, ...rest] = text.replace(/\/+$/, '').split('/');
  if (address === undefined || bits === undefined || rest.length > 0) {
    throw new InvalidEventPattern("Malformed CIDR, one '/' required");
  }
  if (!/^[+-]?\d+$/.test(bits)) throw new InvalidEventPattern('Malformed CIDR, mask bits must be an integer');
  const maskBits = Number(bits);
  if (maskBits < 0) throw new InvalidEventPattern('Malformed CIDR, mask bits must not be negative');
  const family = addressFamily(address);
  if (family === undefined) throw new InvalidEventPattern(`Nonstandard IP address: ${address}`);
  if (family === 'ipv4' && maskBits > 31) throw new InvalidEventPattern('IPv4 mask bits must be < 32');
  if (maskBits > 127) throw new InvalidEventPattern('IPv6 mask bits must be < 128');
  return inBlock(address, maskBits);
}
