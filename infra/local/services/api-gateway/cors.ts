/**
 * CORS of an HTTP API: the gateway answers preflights itself, sets the headers of all other answers, and takes no CORS header from a
 * function. Without `Origin` there is none.
 */
import { z } from 'zod';
import { flag, text, whole } from '../../engine/boot/property-values.ts';
import type { Answer } from './gateway-response.ts';
import { headerValues } from './payload-event.ts';

/** An origin, `*`, or one of the two that stand for any of their scheme. */
const allowedOrigin = text.refine((value) => /^(\*|https?:\/\/(\*|[^/*\s]+))$/.test(value), {
  error: 'must be *, http://*, https://* or an origin such as https://example.com',
});

/** API Gateway guide, "Configure CORS for HTTP APIs". */
export const corsProperties = z
  .strictObject({
    AllowOrigins: z.array(allowedOrigin).default([]),
    AllowMethods: z.array(text).default([]),
    AllowHeaders: z.array(text).default([]),
    ExposeHeaders: z.array(text).default([]),
    MaxAge: whole(-1, 86_400).optional(),
    AllowCredentials: flag.default(false),
  })
  .refine(({ AllowCredentials, AllowOrigins }) => !AllowCredentials || !AllowOrigins.includes('*'), {
    error: 'AllowCredentials needs origins by name, not *',
  });

export type CorsConfiguration = z.output<typeof corsProperties>;

type Headers = readonly string[];

/** Names and values in turn, as sent. */
export function isPreflight(method: string, rawHeaders: Headers): boolean {
  const asked = headerValues(rawHeaders, 'access-control-request-method').length > 0;
  return method === 'OPTIONS' && asked && originOf(rawHeaders) !== undefined;
}

/** Empty for an origin that is not allowed, so that the browser refuses. */
export function preflightAnswer(cors: CorsConfiguration, rawHeaders: Headers): Answer {
  const allowed = allowedFor(cors, originOf(rawHeaders));
  const headers = allowed.length === 0 ? [] : [...allowed, ...preflightHeaders(cors)];
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** The answer with the gateway's CORS headers in place of those that a function gave. */
export function withCors(answer: Answer, cors: CorsConfiguration, rawHeaders: Headers): Answer {
  const own = answer.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  return { ...answer, headers: [...own, ...sharingHeaders(cors, rawHeaders)] };
}

/** What an answer to anything but a preflight says; nothing for an origin that is not allowed. */
export function sharingHeaders(cors: CorsConfiguration, rawHeaders: Headers): HeaderList {
  const allowed = allowedFor(cors, originOf(rawHeaders));
  return allowed.length === 0 ? [] : [...allowed, ...listed('access-control-expose-headers', cors.ExposeHeaders)];
}

type HeaderList = Answer['headers'];

function allowedFor({ AllowOrigins, AllowCredentials }: CorsConfiguration, origin: string | undefined): HeaderList {
  if (origin === undefined) return [];
  const anyone = AllowOrigins.includes('*');
  const fits = (allowed: string) =>
    allowed.endsWith('://*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin;
  if (!anyone && !AllowOrigins.some(fits)) return [];
  const credentials = AllowCredentials ? [['access-control-allow-credentials', 'true'] as const] : [];
  // Browsers take no * with credentials.
  const named = anyone && !AllowCredentials ? '*' : origin;
  return [['access-control-allow-origin', named] as const, ...credentials];
}

function preflightHeaders({ AllowMethods, AllowHeaders, MaxAge }: CorsConfiguration): HeaderList {
  return [
    ...listed('access-control-allow-methods', AllowMethods),
    ...listed('access-control-allow-headers', AllowHeaders),
    ...(MaxAge === undefined ? [] : [['access-control-max-age', String(MaxAge)] as const]),
  ];
}

function listed(name: string, values: readonly string[]): HeaderList {
  return values.length === 0 ? [] : [[name, values.join(',')] as const];
}

function originOf(rawHeaders: Headers): string | undefined {
  return headerValues(rawHeaders, 'origin')[0];
}
