/** A JSON Web Key Set (RFC 7517), of which only RSA keys count: HTTP APIs verify no other signatures. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { GivenKeySet } from '../../../engine/terminal/values-file.ts';

/** Public keys by their `kid`. */
export type RsaKeySet = ReadonlyMap<string, KeyObject>;

/** RFC 7518, section 3.3. */
const SMALLEST_MODULUS = 2_048;

const keySet = z.object({ keys: z.array(z.unknown()) });
/** Also takes a key pair, of which nothing private is kept. */
const rsaKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  use: z.string().optional(),
  n: z.string(),
  e: z.string(),
});

/**
 * The keys that can verify a signature: those with a `kid`, with at least 2,048 bits, and not for encryption. Of two with one `kid` the
 * first counts. Throws what is wrong, to follow the name of the key set, when there are none.
 */
export function rsaKeySet(content: unknown): RsaKeySet {
  const parsed = keySet.safeParse(content);
  if (!parsed.success) throw new Error('is no JSON Web Key Set: { "keys": [ … ] }');
  const keys = new Map<string, KeyObject>();
  for (const key of parsed.data.keys) {
    const rsa = rsaKey.safeParse(key).data;
    const usable = rsa === undefined || rsa.use === 'enc' || keys.has(rsa.kid) ? undefined : publicKey(rsa);
    if (rsa !== undefined && usable !== undefined) keys.set(rsa.kid, usable);
  }
  if (keys.size === 0) throw new Error('has no RSA key of 2,048 bits or more with a "kid"');
  return keys;
}

/** By issuer. Throws one line that names the file and the issuer when there is no key to use in a key set. */
export function givenKeySets(given: Readonly<Record<string, GivenKeySet>>): Map<string, RsaKeySet> {
  return new Map(
    Object.entries(given).map(([issuer, { file, content }]) => {
      try {
        return [issuer, rsaKeySet(content)];
      } catch (error) {
        throw new Error(
          `The key set of ${issuer} in ${file} ${error instanceof Error ? error.message : String(error)}.`,
        );
      }
    }),
  );
}

function publicKey({ kty, n, e }: z.output<typeof rsaKey>): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) < SMALLEST_MODULUS ? undefined : key;
  } catch {
    return undefined;
  }
}
