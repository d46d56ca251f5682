/** One value of an event against one value of a pattern: the operators without their syntax. */
import { BlockList, isIP } from 'node:net';

/** What a field of an event can hold once objects and arrays are taken apart. */
export type Leaf = string | number | boolean | null;
export type LeafTest = (leaf: Leaf) => boolean;

/** Strings, numbers, booleans and null by value: 300, 300.0 and 3.0e2 are one number; two spellings of an IP address are one address. */
export function equals(expected: Leaf): LeafTest {
  const family = typeof expected === 'string' ? addressFamily(expected) : undefined;
  if (typeof expected !== 'string' || family === undefined) return (leaf) => leaf === expected;
  const address = new BlockList();
  address.addAddress(expected, family);
  const same = within(address, family);
  return (leaf) => leaf === expected || same(leaf);
}

export function startsWith(prefix: string, ignoreCase = false): LeafTest {
  return onText((text) => text.startsWith(ignoreCase ? fold(prefix) : prefix), ignoreCase);
}

export function endsWith(suffix: string, ignoreCase = false): LeafTest {
  return onText((text) => text.endsWith(ignoreCase ? fold(suffix) : suffix), ignoreCase);
}

export function equalsIgnoringCase(expected: string): LeafTest {
  const folded = fold(expected);
  return onText((text) => text === folded, true);
}

/** `pieces` are the literal parts between the wildcards, so one piece means no wildcard at all. Linear in the text's length per piece. */
export function matchesPieces(pieces: readonly string[]): LeafTest {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (leaf) => leaf === first;
  return onText((text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  });
}

export type Bound = { readonly value: number; readonly inclusive: boolean };

/** Numbers only: a numeral in a string never matches. */
export function inRange(low: Bound | undefined, high: Bound | undefined): LeafTest {
  return (leaf) =>
    typeof leaf === 'number' &&
    (low === undefined || leaf > low.value || (low.inclusive && leaf === low.value)) &&
    (high === undefined || leaf < high.value || (high.inclusive && leaf === high.value));
}

/** Addresses of the block that contains `address`; host bits of it do not matter. */
export function inBlock(address: string, maskBits: number): LeafTest {
  const family = addressFamily(address);
  if (family === undefined) throw new RangeError(`${address} is no IP address`);
  const block = new BlockList();
  block.addSubnet(address, maskBits, family);
  return within(block, family);
}

/** Any leaf but these, values of another JSON type and null included. */
export function noneOf(tests: readonly LeafTest[]): LeafTest {
  return (leaf) => !tests.some((test) => test(leaf));
}

/** Of the same family only: Node counts every IPv4 address as one of `::/0`, the service does not. */
function within(block: BlockList, family: 'ipv4' | 'ipv6'): LeafTest {
  return onText((text) => addressFamily(text) === family && block.check(text, family));
}

/** A zone (`fe80::1%eth0`) makes it no plain address. */
export function addressFamily(text: string): 'ipv4' | 'ipv6' | undefined {
  const version = text.includes('%') ? 0 : isIP(text);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined;
}

function onText(test: (text: string) => boolean, ignoreCase = false): LeafTest {
  return (leaf) => typeof leaf === 'string' && test(ignoreCase ? fold(leaf) : leaf);
}

function fold(text: string): string {
  return text.toLowerCase();
}
