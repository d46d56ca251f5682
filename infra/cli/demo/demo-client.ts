/** The demo talks to the system over HTTP, as any client would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '#shared/event/index.ts';

/** What a command was answered, and what a later query of several streams says to include it. */
type Acknowledged<Body> = { readonly body: Body; readonly token: string };

export type DemoClient = {
  /** Sends a command, and again while the system has no time for it: the key makes that safe. Throws the problem's detail when it is refused. */
  send<Body = { readonly version: number }>(path: string, body: unknown): Promise<Acknowledged<Body>>;
  /** Throws the problem's detail when it is refused. */
  get<Body>(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer<Body>>;
  /** Asks until the answer is as it should become. Throws a line with what did not come to be in time. */
  until<Body>(what: string, path: string, isThere: (answer: Answer<Body>) => boolean): Promise<Body>;
  /** The events of a stream after a version, up to 1,000. */
  events(stream: string, after?: number): Promise<readonly RecordedEvent[]>;
};

type Answer<Body> = { readonly body: Body; readonly headers: Headers };

/** Every command acknowledged before is in the answer. */
export const STRONG = { consistency: 'strong' };

/** Deadlines are kept within a minute; the rest is there within a second or two. */
const THERE_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 25;
const SENT_WITHIN_MS = 30_000;
const SEND_AGAIN_AFTER_MS = 250;

/** Answers that say "later". */
const LATER = [409, 503];

export function demoClient(url: string): DemoClient {
  async function ask(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${url}${path}`, init);
    } catch {
      throw new Error(`the system at ${url} does not answer any more`);
    }
  }

  async function get<Body>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer<Body>> {
    const response = await ask(path, { headers });
    return { body: await bodyOf<Body>(response, `GET ${path}`), headers: response.headers };
  }

  return {
    async send<Body>(path: string, body: unknown) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const deadline = Date.now() + SENT_WITHIN_MS;
      for (;;) {
        const response = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
        if (LATER.includes(response.status) && Date.now() < deadline) {
          await response.body?.cancel();
          await sleep(SEND_AGAIN_AFTER_MS);
          continue;
        }
        const token = response.headers.get('consistency-token') ?? '';
        return { body: await bodyOf<Body>(response, `POST ${path}`), token };
      }
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

async function bodyOf<Body>(response: Response, asked: string): Promise<Body> {
  const body = (await response.json()) as Body & { readonly detail?: string }; // the contract of the route
  if (!response.ok) throw new Error(`${asked} was answered ${response.status}: ${body.detail}`);
  return body;
}
