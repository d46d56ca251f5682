/** The demo talks to the system over HTTP, as any client would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '#shared/event/index.ts';

/** What a command was answered, and what a later query of several streams says to include it. */
type Acknowledged<Body> = { readonly body: Body; readonly token: string };

export type DemoClient = {
  /** Sends a command, again if need be: its key makes that safe. Throws the problem's detail when it is refused. */
  send<Body = { readonly version: number }>(path: string, body: unknown): Promise<Acknowledged<Body>>;
  /** Throws the problem's detail when it is refused. */
  get<Body>(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer<Body>>;
  /** Asks until the answer is as it should become. Throws a line with what did not come to be in time. */
  until<Body>(what: string, path: string, isThere: (answer: Answer<Body>) => boolean): Promise<Body>;
  /** The events of a stream after a version, up to 1,000. */
  events(stream: string, after?: number): Promise<readonly RecordedEvent[]>;
};

/** Ours has a detail; of a function that has crashed the gateway has a message. */
type Problem = { readonly detail: string; readonly message: string };

type Answer<Body> = { readonly body: Body; readonly headers: Headers };

/** Every command acknowledged before is in the answer. */
export const STRONG = { consistency: 'strong' };

/** Deadlines are kept within a minute; the rest is there within a second or two. */
const THERE_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 25;
const ANSWERED_WITHIN_MS = 30_000;
const AGAIN_AFTER_MS = 250;

/** Others were faster, a part is down, or a function has crashed: the same may well be answered the next time. */
const isForLater = (status: number) => status === 409 || status === 429 || status >= 500;

/** How a request is made: to which system, and signed or not, is the caller's affair. */
export type Requests = (
  path: string,
  init?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string },
) => Promise<Response>;

export function demoClient(url: string, request: Requests = (path, init) => fetch(`${url}${path}`, init)): DemoClient {
  /** Asks again while the system has no time for it. */
  async function ask<Body>(path: string, init: NonNullable<Parameters<Requests>[1]>): Promise<Answer<Body>> {
    const deadline = Date.now() + ANSWERED_WITHIN_MS;
    for (;;) {
      const response = await request(path, init).catch(() => {
        throw new Error(`the system at ${url} does not answer any more`);
      });
      const body = (await response.json()) as Body & Partial<Problem>; // the contract of the route
      if (response.ok) return { body, headers: response.headers };
      if (!isForLater(response.status) || Date.now() > deadline) {
        throw new Error(`${init.method} ${path} was answered ${response.status}: ${body.detail ?? body.message}`);
      }
      await sleep(AGAIN_AFTER_MS);
    }
  }

  const get = <Body>(path: string, headers: Readonly<Record<string, string>> = {}) =>
    ask<Body>(path, { method: 'GET', headers: { ...headers } });

  return {
    async send<Body>(path: string, sent: unknown) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await ask<Body>(path, { method: 'POST', headers, body: JSON.stringify(sent) });
      return { body: answer.body, token: answer.headers.get('consistency-token') ?? '' };
    },

    get,

    async until<Body>(what: string, path: string, isThere: (answer: Answer<Body>) => boolean) {
      const deadline = Date.now() + THERE_WITHIN_MS;
      for (;;) {
        const answer = await get<Body>(path);
        if (isThere(answer)) return answer.body;
        if (Date.now() > deadline) {
          throw new Error(
            `${what} did not come to be within ${THERE_WITHIN_MS / 1_000} s: ${JSON.stringify(answer.body)}`,
          );
        }
        await sleep(LOOK_EVERY_MS);
      }
    },

    events: async (stream, after = 0) =>
      (await get<{ events: readonly RecordedEvent[] }>(`/streams/${stream}?after=${after}&limit=1000`)).body.events,
  };
}
