/** Clients that pay into accounts over HTTP, and see when everything behind their commands has caught up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCursor } from '#shared/feed/index.ts';

export type AccountClients = {
  /** Opens an account. */
  open(account: string): Promise<void>;
  pay(account: string): Promise<void>;
  /** Every client pays into an account of its own, one payment after the other. */
  payAtOnce(accounts: readonly string[], payments: number): Promise<void>;
  /** Resolves when the balance of an account has its last command. */
  balanceHasAll(account: string): Promise<void>;
  /** Resolves when both projections of the accounts, and the feed, have all commands. */
  allHasArrived(accounts: readonly string[]): Promise<void>;
};

const WITHIN_MS = 60_000;
const POLL_MS = 2;

/** Of a run that nobody else has sent commands to: each of them records one event. */
export function accountClients(url: string): AccountClients {
  const versions = new Map<string, number>();

  async function command(account: string, name: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    const response = await fetch(`${url}/accounts/${account}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
    const answer = (await response.json()) as { readonly version: number; readonly detail?: string }; // the HTTP contract
    if (!response.ok) throw new Error(`${name} on ${account} was answered ${response.status}: ${answer.detail}`);
    versions.set(account, answer.version);
  }

  const pay = (account: string) => command(account, 'receive-payment', { amount: 100, on: '2026-01-02' });

  const rowHasAll = (path: string, account: string) =>
    until(`${path} at version ${versions.get(account)}`, async () => {
      const response = await fetch(`${url}${path}`);
      await response.arrayBuffer();
      return response.headers.get('etag') === `"${versions.get(account)}"`;
    });

  const feedHasAll = () =>
    until('the feed to have all events', async () => {
      const response = await fetch(`${url}/feed/accounts?limit=1`);
      const { head } = (await response.json()) as { readonly head: string }; // the HTTP contract
      return sum(parseCursor(head) ?? []) === sum([...versions.values()]);
    });

  return {
    open: (account) => command(account, 'open', { owner: 'bench', on: '2026-01-01' }),
    pay,
    async payAtOnce(accounts, payments) {
      await Promise.all(
        accounts.map(async (account) => {
          for (let payment = 0; payment < payments; payment += 1) await pay(account);
        }),
      );
    },
    balanceHasAll: (account) => rowHasAll(`/accounts/${account}`, account),
    async allHasArrived(accounts) {
      for (const account of accounts) {
        await rowHasAll(`/accounts/${account}`, account);
        await rowHasAll(`/accounts/${account}/statement`, account);
      }
      await feedHasAll();
    },
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${WITHIN_MS / 1_000} s for ${what}`);
    await sleep(POLL_MS);
  }
}
