/** `npm run smoke -- --url <api>`: the story of the demo, played against a deployed stage with signed requests. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { accountStory } from './demo/account-story.ts';
import { demoClient, type Requests } from './demo/demo-client.ts';
import { storyTeller } from './demo/story-teller.ts';
import { ANSWERED_WITHIN_MS, signedRequests } from './signed-requests.ts';

const USAGE = `npm run smoke -- --url <api> [--region <r>]
  --url <api>              the Url that npm run deploy prints
  --region <r>             of the API, where its address does not tell it
It asks whether the stage is up and healthy, opens an account demo-smoke-<id> of its own, which stays in the log, and checks every figure
of its story. Credentials are found as every AWS tool finds them; they must be allowed execute-api:Invoke.
Ends with 0 when every figure is right, else with 1.`;

const options = {
  url: { type: 'string' },
  region: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** A part is not ready yet, or too much is asked of it. Every command has an idempotency key, so each may be sent again. */
const LATER = [429, 503];
const WAITS_MS = [1_000, 2_000, 4_000, 8_000];

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  const url = addressOf(values.url);
  await mustBeUp(url);
  const request = patient(await signedRequests(url, values.region));
  await mustBeHealthy(request);
  console.log(`The API at ${url.href} is up and healthy`);
  const teller = storyTeller((text) => console.log(text));
  await accountStory({ client: demoClient(url.href, request), teller, run: `smoke-${randomUUID()}` });
  for (const line of teller.wrong()) console.error(`Not as it should be: ${line}`);
  return teller.wrong().length === 0;
}

function addressOf(text: string | undefined): URL {
  if (text === undefined) throw new Error('say which API with --url, the Url that npm run deploy prints.');
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Error(`${text} is no address of an API; it looks like https://<id>.execute-api.<region>.amazonaws.com.`);
}

/** By the route that asks for no signature: what is wrong after it is about credentials, not about the address. */
async function mustBeUp(url: URL): Promise<void> {
  const up = new URL(`${url.pathname.replace(/\/$/, '')}/up`, url);
  const ask = () => fetch(up, { redirect: 'manual', signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
  const { status } = await patient(ask)('/up');
  if (status !== 204) throw new Error(`${up.href} was answered ${status}, so no Tributary is up at this address.`);
}

async function mustBeHealthy(request: Requests): Promise<void> {
  const { status } = await request('/health');
  if (status === 200) return;
  if (status !== 403) throw new Error(`GET /health was answered ${status}.`);
  throw new Error(
    'the API refuses the credentials; they need execute-api:Invoke, and --region must be that of the API.',
  );
}

function patient(request: Requests): Requests {
  return async (...asked) => {
    for (const wait of WAITS_MS) {
      const response = await request(...asked).catch(retryable);
      if (response !== undefined && !LATER.includes(response.status)) return response;
      await response?.body?.cancel();
      await sleep(wait);
    }
    return request(...asked);
  };
}

/** Nothing for an answer that did not come in time; rethrows what no later try changes. */
function retryable(error: unknown): undefined {
  if (error instanceof Error && error.name === 'TimeoutError') return undefined;
  throw error;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  const why = inner instanceof Error ? ` (${inner.message})` : '';
  return `${message}${why}`.replaceAll(/\s*\n\s*/g, ' ');
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`The smoke test could not be played: ${reasonOf(error)}`);
  process.exitCode = 1;
}
