/** Commands that are answered later beside those that are answered at once: how many are taken in a second, and in which order they end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCloud } from '../local/running-cloud.ts';
import { figure, type Progress, type Section } from '../report.ts';

const CLIENTS = 8;
const PER_CLIENT = 25;
const HOT = 100;
const WITHIN_MS = 120_000;

type Answer = { readonly status?: string; readonly version?: number };

export async function* benchLater(progress: Progress): AsyncGenerator<Section> {
  progress('starting the local cloud');
  await using cloud = await startCloud();

  /** Sends a payment into an account and gives where its status is, if it is answered later. */
  async function pay(account: string, amount: number, prefer: string): Promise<string> {
    const path = `/accounts/${account}/receive-payment`;
    const headers = { 'content-type': 'application/json', prefer };
    const body = JSON.stringify({ amount, on: '2026-01-02' });
    const response = await fetch(`${cloud.url}${path}`, { method: 'POST', headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${text}`);
    return response.headers.get('location') ?? '';
  }

  async function ended(path: string): Promise<Answer> {
    const deadline = performance.now() + WITHIN_MS;
    for (;;) {
      const answer = (await (await fetch(`${cloud.url}${path}`)).json()) as Answer; // the HTTP contract
      if (answer.status !== 'pending') return answer;
      if (performance.now() > deadline) throw new Error(`waited ${WITHIN_MS / 1_000} s for ${path}`);
      await sleep(20);
    }
  }

  async function open(account: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ owner: 'bench', on: '2026-01-01' });
    await (await fetch(`${cloud.url}/accounts/${account}/open`, { method: 'POST', headers, body })).text();
  }

  /** Every client pays into an account of its own, one payment after the other: the seconds, and where the answers will be. */
  async function payAtOnce(prefix: string, prefer: string) {
    const accounts = Array.from({ length: CLIENTS }, (_, index) => `${prefix}-${index}`);
    for (const account of accounts) await open(account);
    const from = performance.now();
    const paths = await Promise.all(
      accounts.map(async (account) => {
        const own: string[] = [];
        for (let amount = 1; amount <= PER_CLIENT; amount += 1) own.push(await pay(account, amount, prefer));
        return own;
      }),
    );
    const seconds = () => (performance.now() - from) / 1_000;
    return { taken: seconds(), seconds, paths };
  }

  progress(`${CLIENTS} clients, ${PER_CLIENT} commands each, three times`);
  await payAtOnce('warm', 'return=minimal');
  const direct = await payAtOnce('direct', 'return=minimal');
  const later = await payAtOnce('later', 'respond-async');
  await Promise.all(later.paths.flat().map(ended));
  const done = later.seconds();

  progress(`${HOT} commands to one account`);
  await open('hot');
  const paths: string[] = [];
  for (let amount = 1; amount <= HOT; amount += 1) paths.push(await pay('hot', amount, 'respond-async'));
  const versions = await Promise.all(paths.map(async (path) => (await ended(path)).version));
  const inOrder = versions.filter((version, index) => version === index + 2).length;

  const all = CLIENTS * PER_CLIENT;
  yield {
    title: `Commands that are answered later, over HTTP on the local cloud, ${CLIENTS} clients`,
    method: 'Each client on its own account, one command after the other; then one client on one account.',
    figures: [
      figure('answered at once, per second', all / direct.taken, { decimals: 1 }),
      figure('accepted, per second', all / later.taken, { decimals: 1 }),
      figure('accepted beside answered at once', direct.taken / later.taken, { decimals: 2 }),
      figure('carried out, per second, from the first acceptance to the last status', all / done, { decimals: 1 }),
      figure(`of ${HOT} to one account carried out in the order of acceptance`, inOrder),
    ],
  };
}
