/**
 * The keys of every issuer: those of the values file, else those that it publishes. Nothing is fetched before a token asks for it, so
 * that an app starts without a network.
 */
import { type Clock, systemClock } from '../../../engine/local-clock.ts';
import type { Log } from '../../../engine/log.ts';
import { isLocalPool } from '../../cognito/user-pool.resource.ts';
import { DISCOVERY_FAILED, fetchKeySet, KeysUnavailable } from './issuer-discovery.ts';
import type { RsaKeySet } from './rsa-key-set.ts';

export type IssuerKeys = {
  /** The key set of the issuer, perhaps without a key of this id. Rejects with {@link KeysUnavailable}. */
  keysOf(issuer: string, kid: string): Promise<RsaKeySet>;
};

/** API Gateway guide, "JWT authorizers": "API Gateway can cache the public key for two hours". */
const CACHED_MS = 2 * 3_600_000;

/** How long a key that is not in the set is taken not to be there; not checked against the service. */
const UNKNOWN_MS = 60_000;

/** What happened last with an issuer that was asked. */
type Asked = { readonly keys: RsaKeySet; readonly at: number };

/**
 * Requests at the same time wait for one fetch. A fetch that failed is told in the log once, until another reason or success, and the
 * next request tries again.
 */
export function createIssuerKeys(options: {
  /** By issuer, from `file`. */
  readonly given: ReadonlyMap<string, RsaKeySet>;
  readonly file: string;
  readonly clock?: Clock | undefined;
  readonly log: Log;
}): IssuerKeys {
  const { given, file, clock = systemClock, log } = options;
  const asked = new Map<string, Asked>();
  const asking = new Map<string, Promise<RsaKeySet>>();
  const told = new Map<string, string>();

  async function ask(issuer: string): Promise<RsaKeySet> {
    try {
      if (isLocalPool(issuer)) throw new KeysUnavailable(DISCOVERY_FAILED, 'no user pool runs here');
      const keys = await fetchKeySet(issuer);
      asked.set(issuer, { keys, at: clock.now() });
      told.delete(issuer);
      return keys;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (told.get(issuer) !== reason) {
        const entry = `{ "jwt": { "${issuer}": "<file with its JSON Web Key Set>" } }`;
        log('error', 'authorizer', `no keys of ${issuer}: ${reason}. To do without it, give them in ${file}: ${entry}`);
      }
      told.set(issuer, reason);
      throw error;
    } finally {
      asking.delete(issuer);
    }
  }

  return {
    async keysOf(issuer, kid) {
      const own = given.get(issuer);
      if (own !== undefined) return own;
      const last = asked.get(issuer);
      const lasting = last?.keys.has(kid) ? CACHED_MS : UNKNOWN_MS;
      if (last !== undefined && clock.now() - last.at < lasting) return last.keys;
      const pending = asking.get(issuer) ?? ask(issuer);
      asking.set(issuer, pending);
      return pending;
    },
  };
}
