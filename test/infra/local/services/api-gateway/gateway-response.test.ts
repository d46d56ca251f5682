/** The gateway makes of a returned value what API Gateway makes of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionAnswer, InvalidResponse } from '../../../../../infra/local/services/api-gateway/gateway-response.ts';

function readable(returned: unknown) {
  const { status, headers, body } = functionAnswer(returned);
  return { status, type: headers.find(([name]) => name === 'content-type')?.[1], body: body.toString() };
}

const json = 'application/json';
const text = 'text/plain; charset=utf-8';

describe('the answer for a returned value', () => {
  it.each([
    [{ message: 'hi' }, 200, json, '{"message":"hi"}'],
    [{ body: 'x', headers: { a: 'b' } }, 200, json, '{"body":"x","headers":{"a":"b"}}'],
    ['plain', 200, json, 'plain'],
    ['', 200, json, ''],
    [null, 200, json, 'null'],
    [undefined, 200, json, 'null'],
    [42, 200, json, '42'],
    [[{ statusCode: 1 }], 200, json, '[{"statusCode":1}]'],
    [{ statusCode: 201 }, 201, text, ''],
    [{ statusCode: '404', body: 'gone' }, 404, text, 'gone'],
    [{ statusCode: 200, body: null, headers: null, cookies: null }, 200, text, ''],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, text, 'hi'],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: false }, 200, text, 'aGk='],
    [{ statusCode: 200, body: 7 }, 200, text, '7'],
    [{ statusCode: 200, headers: { 'CONTENT-TYPE': 'text/css' }, body: 'é' }, 200, 'text/css', 'é'],
  ])('%j', (returned, status, type, body) => {
    expect(readable(returned)).toEqual({ status, type, body });
  });

  it('sends scalar headers as text, without those of its own connection, and every cookie in a header of its own', () => {
    const { headers } = functionAnswer({
      statusCode: 200,
      headers: { 'X-Count': 3, 'x-on': true, 'x-none': null, 'Content-Length': 99, 'transfer-encoding': 'chunked' },
      cookies: ['a=1; Path=/', 'b=2'],
    });
    expect(headers).toEqual([
      ['x-count', '3'],
      ['x-on', 'true'],
      ['content-type', text],
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2'],
    ]);
  });

  it.each([
    { statusCode: 0 },
    { statusCode: 200.5 },
    { statusCode: 99 },
    { statusCode: 100 },
    { statusCode: 600 },
    { statusCode: null },
    { statusCode: 'OK' },
    { statusCode: 200, body: {} },
    { statusCode: 200, body: [] },
    { statusCode: 200, body: '*', isBase64Encoded: true },
    { statusCode: 200, headers: [] },
    { statusCode: 200, headers: 'x' },
    { statusCode: 200, headers: { 'set-cookie': ['a=1', 'b=2'] } },
    { statusCode: 200, headers: { 'x y': 'a' } },
    { statusCode: 200, headers: { x: 'a\r\nset-cookie: b' } },
    { statusCode: 200, headers: { x: '☃' } },
    { statusCode: 200, cookies: 'a=1' },
    { statusCode: 200, cookies: [{}] },
    { statusCode: 200, cookies: ['a\nb'] },
  ])('is an internal error for %j', (returned) => {
    expect(() => functionAnswer(returned)).toThrow(InvalidResponse);
  });

  it('is either an answer or a named fault, whatever is returned', () => {
    const shaped = fc.record(
      {
        statusCode: fc.jsonValue(),
        headers: fc.jsonValue(),
        body: fc.jsonValue(),
        cookies: fc.jsonValue(),
        isBase64Encoded: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), shaped), (returned) => {
        try {
          expect(functionAnswer(returned).status).toBeGreaterThanOrEqual(200);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidResponse);
        }
      }),
      { numRuns: 500 },
    );
  });
});
