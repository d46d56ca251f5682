/** The demo talks to the system over HTTP, as any client would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TableLine } from './statement-table.ts';
import type { Step } from './story.ts';

type Statement = {
  readonly total: number;
  readonly lines: readonly {
    readonly on: string;
    readonly what: string;
    readonly amount: number;
    readonly total: number;
  }[];
};
type Recorded = {
  readonly context: { readonly what: string; readonly effectiveAt: string };
  readonly data: { readonly percent?: number };
};

/** How a request is made: to which system, and signed or not, is the caller's affair. */
export type Requests = (
  path: string,
  init?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string },
) => Promise<Response>;

/** How often a query is asked until it has followed, and for how long. */
type Patience = { readonly everyMs: number; readonly withinMs: number };

const LOCAL: Patience = { everyMs: 20, withinMs: 30_000 };

export type AccountClient = {
  /** Sends a command; gives the version of the stream after it. Throws, with the problem's detail, when it is refused. */
  send(step: Step): Promise<number>;
  /** The statement, labelled, once the query table has reached the version. */
  statementAt(version: number): Promise<TableLine[]>;
};

export function accountClient(request: Requests, id: string, { everyMs, withinMs } = LOCAL): AccountClient {
  return {
    async send({ command, body }) {
      const response = await request(`/accounts/${id}/${command}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${command}-${JSON.stringify(body.on)}` },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { version: number; detail?: string }; // the contract of a command
      if (!response.ok) throw new Error(`${command} was answered ${response.status}: ${answer.detail}`);
      return answer.version;
    },

    async statementAt(version) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const response = await request(`/accounts/${id}/statement`);
        const statement = (await response.json()) as Statement; // the contract of the query
        if (response.headers.get('etag') === `"${version}"`) return labelled(statement, await events());
        if (Date.now() > deadline)
          throw new Error(`version ${version} did not reach the statement within ${withinMs / 1_000} s`);
        await sleep(everyMs);
      }
    },
  };

  async function events(): Promise<readonly Recorded[]> {
    const response = await request(`/streams/account-${id}?limit=1000`);
    const page = (await response.json()) as { events: Recorded[] }; // the contract of the stream
    return page.events;
  }
}

/** Every event of an account is one line of its statement. */
function labelled({ lines }: Statement, events: readonly Recorded[]): TableLine[] {
  const newestFirst = events.toReversed();
  const payment = events.findLast(({ context }) => context.what === 'RetroactivePaymentReceived');
  const [, month, day] = payment?.context.effectiveAt.split('-') ?? [];
  return lines.map(({ on, what, amount, total }, index) => ({
    on,
    label: label(what, newestFirst[index]?.data.percent, `${day}-${month}`),
    amount,
    total,
  }));
}

function label(what: string, percent: number | undefined, effectiveOn: string): string {
  switch (what) {
    case 'InterestPaid':
      return `${percent}% Interest paid out`;
    case 'RetroactivePaymentReceived':
      return `Retro Payment ${effectiveOn}`;
    case 'RetroactiveCorrectionApplied':
      return `Retro Correction ${effectiveOn}`;
    default:
      return what.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  }
}
