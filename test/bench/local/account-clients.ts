/** Clients that pay into accounts over HTTP, and see when everything behind their commands has caught up. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCursor } from '#shared/feed/index.ts';

export type AccountClients = {
  /** How often a command was sent again since it was answered with a status of 500 or more, as on a machine that is too busy. */
  repeats(): number;
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
const MOST_SENT = 5;

/** Of a run that nobody else has sent commands to: each of them records one event. */
export function accountClients(url: string): AccountClients {
  const versions = new Map<string, number>();

  let repeats = 0;

  async function command(account: string, name: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    const path = `/accounts/${account}/${name}`;
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    for (let sent = 1; ; sent += 1) {
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(data) });
      const answer = (await response.json()) as { readonly version: number; readonly detail?: string }; // the HTTP contract
      if (response.ok) {
        versions.set(account, answer.version);
        return;
      }
      if (response.status < 500 || sent === MOST_SENT) {
        throw new Error(`POST ${path} was answered ${response.status}: ${answer.detail}`);
      }
      repeats += 1;
    }
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
    repeats: () => repeats,
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
