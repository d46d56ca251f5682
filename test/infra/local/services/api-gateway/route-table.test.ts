/** The route is selected that API Gateway would select. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchRoute, parseRouteKey } from '../../../../../infra/local/services/api-gateway/route-table.ts';

function selected(keys: readonly string[], method: string, path: string) {
  const match = matchRoute(
    keys.map((text) => ({ key: parseRouteKey(text), value: text })),
    method,
    path,
  );
  return match && { key: match.route.value, ...Object.fromEntries(match.pathParameters) };
}

describe('the selection of a route', () => {
  // Developer guide, "Routing API requests".
  const GUIDE = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'];

  it.each([
    ['GET', '/pets/dog/1', { key: 'GET /pets/dog/1' }],
    ['GET', '/pets/dog/2', { key: 'GET /pets/dog/{id}', id: '2' }],
    ['GET', '/pets/cat/1', { key: 'GET /pets/{proxy+}', proxy: 'cat/1' }],
    ['POST', '/test/5', { key: 'ANY /{proxy+}', proxy: 'test/5' }],
    ['POST', '/pets/dog/1', { key: 'ANY /{proxy+}', proxy: 'pets/dog/1' }],
    ['GET', '/', { key: '$default' }],
  ])('%s %s follows the example of the developer guide', (method, path, expected) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(GUIDE, { minLength: GUIDE.length }), (keys) => {
        expect(selected(keys, method, path)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a method before ANY', ['ANY /a', 'GET /a'], '/a', 'GET /a'],
    ['a full match before a method', ['ANY /a/b', 'GET /a/{proxy+}'], '/a/b', 'ANY /a/b'],
    ['a full match before a longer literal part', ['GET /a/b/{proxy+}', 'GET /a/{x}/c'], '/a/b/c', 'GET /a/{x}/c'],
    ['the literal further left', ['GET /{x}/b', 'GET /a/{y}'], '/a/b', 'GET /a/{y}'],
    ['the longer greedy route', ['GET /{proxy+}', 'GET /a/{proxy+}'], '/a/b', 'GET /a/{proxy+}'],
  ])('prefers %s', (_, keys, path, expected) => {
    expect(selected(keys, 'GET', path)?.key).toBe(expected);
    expect(selected(keys.toReversed(), 'GET', path)?.key).toBe(expected);
  });

  it.each([
    ['another method', 'GET /a', 'POST', '/a'],
    ['another case', 'GET /a', 'GET', '/A'],
    ['a slash too many', 'GET /a', 'GET', '/a/'],
    ['an empty variable', 'GET /a/{id}', 'GET', '/a/'],
    ['nothing left for a greedy variable', 'GET /a/{proxy+}', 'GET', '/a'],
    ['an empty rest for a greedy variable', 'GET /a/{proxy+}', 'GET', '/a/'],
    ['more segments', 'GET /a/{id}', 'GET', '/a/1/2'],
  ])('is nothing for %s', (_, key, method, path) => {
    expect(selected([key], method, path)).toBeUndefined();
  });

  it('decodes before cutting, so that an encoded slash does not stay in its variable', () => {
    expect(selected(['GET /a/{id}'], 'GET', '/a/x%2Fy')).toBeUndefined();
    expect(selected(['GET /a/{id}/{more}'], 'GET', '/a/x%2Fy')).toEqual({
      key: 'GET /a/{id}/{more}',
      id: 'x',
      more: 'y',
    });
    expect(selected(['GET /a/{id}'], 'GET', '/a/x%20z%C3%A9')).toEqual({ key: 'GET /a/{id}', id: 'x zé' });
    expect(selected(['GET /pets'], 'GET', '/p%65ts')).toEqual({ key: 'GET /pets' });
  });

  it('decodes what it cut once more, so that a slash that was encoded twice stays in its variable', () => {
    expect(selected(['GET /a/{id}'], 'GET', '/a/x%252Fy')).toEqual({ key: 'GET /a/{id}', id: 'x/y' });
    expect(() => selected(['GET /a/{id}'], 'GET', '/a/percent%25done')).toThrow(URIError);
    expect(() => selected(['$default'], 'GET', '/%zz')).toThrow(URIError);
  });

  it('gives any path back from a greedy variable', () => {
    const segment = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const path = `/${segments.map((each) => encodeURIComponent(encodeURIComponent(each))).join('/')}`;
        expect(selected(['ANY /{proxy+}', '$default'], 'GET', path)).toEqual({
          key: 'ANY /{proxy+}',
          proxy: segments.join('/'),
        });
      }),
    );
  });

  it.each(['pets', 'GET pets', 'get /pets', 'GET /a{id}', 'GET /{id', 'GET /{a+}/b'])('refuses the key %s', (key) => {
    expect(() => parseRouteKey(key)).toThrow(`"${key}"`);
  });
});
