/** Looks at rows and lists while everything moves: what is answered must be what one version had at some moment of the look. */
import { queryEndpoint } from '#shared/edge/http/index.ts';
import { type AnyProjection, listedVersion } from '#shared/projection/index.ts';
import { accounts as catalog } from '../../functions/accounts/accounts.catalog.ts';
import { summary } from '../../functions/accounts/summary.projection.ts';
import { type Answered, ask, httpEvent } from '../support/http-events.ts';
import { type Account, before, HUNDREDFOLD, ownerNamed, type RebuiltAccounts } from './rebuilt-accounts.ts';

export type Looks = {
  readonly counts: { rows: number; ofOld: number; ofNew: number };
  /** Of a random owner, and a random account of his, by code of both versions. Tells what is not right. */
  look(): Promise<void>;
  /** Nobody runs the old code any more. */
  endOld(): void;
};

export function looksAt(
  world: RebuiltAccounts,
  { draw, report }: { readonly draw: (below: number) => number; readonly report: (line: string) => void },
): Looks {
  const [current, old] = [endpointOf(world, summary), endpointOf(world, before)];
  const counts = { rows: 0, ofOld: 0, ofNew: 0 };
  let hasOld = true;

  async function lookAtList(endpoint: ReturnType<typeof endpointOf>, owner: string, isOld: boolean): Promise<void> {
    const least = ofOwner(world, owner).map((account) => ({ account, reached: account.reached }));
    const route = 'GET /owners/{owner}/accounts';
    const answer = await ask(endpoint, httpEvent({ route, parameters: { owner } }));
    const faults = [1, HUNDREDFOLD].map((factor) => faultOfList(answer, ofOwner(world, owner), least, factor));
    if (faults[1] === undefined) counts.ofOld += 1;
    else if (faults[0] === undefined && !isOld) counts.ofNew += 1;
    else
      report(`the list of ${owner}, by ${isOld ? 'old' : 'new'} code: ${faults.join('; ')}: ${JSON.stringify(answer)}`);
  }

  async function lookAtRow(endpoint: ReturnType<typeof endpointOf>, account: Account, factor: number): Promise<void> {
    const least = account.reached;
    const answer = await ask(endpoint, httpEvent({ route: 'GET /accounts/{id}', parameters: { id: account.id } }));
    counts.rows += 1;
    const { version, balance } = answer.json as { readonly version: number; readonly balance: number };
    const isRight = answer.statusCode === 200 && version >= least && balance === factor * (account.sums[version] ?? -1);
    if (!isRight) report(`the row of ${account.id}, at least at ${least}, is ${JSON.stringify(answer)}`);
  }

  return {
    counts,
    endOld: () => {
      hasOld = false;
    },
    async look() {
      const account = world.accounts[draw(world.accounts.length)];
      if (account === undefined || account.reached === 0) return;
      const owner = ownerNamed(draw(world.owners));
      const looks = [lookAtList(current, owner, false), lookAtRow(current, account, 1)];
      if (hasOld) looks.push(lookAtList(old, owner, true), lookAtRow(old, account, HUNDREDFOLD));
      await Promise.all(looks);
    },
  };
}

const ofOwner = ({ accounts }: RebuiltAccounts, owner: string) => accounts.filter((account) => account.owner === owner);

function endpointOf({ store, versions, feed }: RebuiltAccounts, projection: AnyProjection) {
  const tables = new Map([[projection.name, versions.table(projection.version)]]);
  const listed = new Map([[projection.name, listedVersion(versions, projection, feed, () => new Date())]]);
  return queryEndpoint({ ...catalog, projections: [projection] }, { store, tables, listed, clock: () => new Date() });
}

/** Why the answer is not whole by a version that tells sums so many fold. */
function faultOfList(
  { statusCode, json }: Answered,
  all: readonly Account[],
  least: readonly { readonly account: Account; readonly reached: number }[],
  factor: number,
): string | undefined {
  if (statusCode !== 200) return `it is ${statusCode}`;
  const listed = json.accounts as readonly { readonly id: string; readonly balance: number }[]; // the HTTP contract
  const found = new Map(listed.map(({ id, balance }) => [id, balance]));
  const missing = least.find(({ account, reached }) => reached > 0 && !found.has(account.id));
  if (missing !== undefined) return `${missing.account.id} is missing`;
  const from = new Map(least.map(({ account, reached }) => [account.id, reached]));
  const wrong = listed.find(({ id, balance }) => {
    const sums = all.find((account) => account.id === id)?.sums ?? [];
    return !sums.slice(Math.max(from.get(id) ?? 1, 1)).some((sum) => sum * factor === balance);
  });
  return wrong && `${wrong.id} has ${wrong.balance}`;
}
