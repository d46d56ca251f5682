/** What does a handler give to API Gateway? Payload format 2.0, written out in full. */

export type HttpResult = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  contentType = 'application/json',
): HttpResult => ({ statusCode, headers: { 'content-type': contentType, ...headers }, body: JSON.stringify(body) });

export const etag = (version: number): string => `"${version}"`;
