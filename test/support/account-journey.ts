/** What journeys with savings accounts share: ids of their own, and the questions that every one asks. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Answer, HttpClient } from './http-client.ts';

export const newId = (): string => `journey-${randomUUID()}`;

/** Opens a new account, with a first payment if one is given, and gives its id. */
export async function openAccount(app: HttpClient, { on = '2026-01-01', amount = 0 } = {}): Promise<string> {
  const id = newId();
  await accepted(app.post(`/accounts/${id}/open`, { owner: 'Ada', on }));
  if (amount > 0) await accepted(app.post(`/accounts/${id}/receive-payment`, { amount, on }));
  return id;
}

/** The answer, which must be a success. */
export async function accepted<Body>(answer: Promise<Answer<Body>>): Promise<Answer<Body>> {
  const { status, headers, body } = await answer;
  expect({ status, body }).toEqual({ status: 200, body });
  return { status, headers, body };
}

type Account = { readonly id: string; readonly owner: string; readonly status: string; readonly balance: number };

/** The account with all that is acknowledged. */
export const account = async (app: HttpClient, id: string) =>
  (await accepted(app.get<Account>(`/accounts/${id}`, { consistency: 'strong' }))).body;

type Context = Readonly<Record<string, unknown>> & { readonly what: string; readonly version: number };

export type StreamPage = {
  readonly stream: string;
  readonly version: number;
  readonly events: readonly { readonly context: Context; readonly data: unknown }[];
  readonly next: number | null;
};

export const stream = async (app: HttpClient, id: string, query = '?limit=1000'): Promise<StreamPage> =>
  (await accepted(app.get<StreamPage>(`/streams/account-${id}${query}`))).body;

/** Names and details of what runs inside; no answer may hold any. */
const INSIDE = /arn:|\bat .*:\d+:\d+|node_modules|dynamo|ECONN|Exception|:000000000000|Events[0-9A-F]{8}/i;

/** Expects a problem document with these fields, and nothing in it of what is inside. */
export function expectProblem(
  { status, headers, body }: Answer<unknown>,
  expected: { readonly status: number } & Readonly<Record<string, unknown>>,
): void {
  expect({ ...Object(body), httpStatus: status }).toMatchObject({ ...expected, httpStatus: expected.status });
  expect(body).toEqual(
    expect.objectContaining({ type: expect.any(String), title: expect.any(String), detail: expect.any(String) }),
  );
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(JSON.stringify(body)).not.toMatch(INSIDE);
}
