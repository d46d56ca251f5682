/** The route of an HTTP API that answers a method and a path. */

import { routedPath } from './decoded-path.ts';

/** One route with whatever its owner keeps beside it. */
export type Route<T> = { readonly key: RouteKey; readonly value: T };

export type RouteKey = {
  /** As in the template. */
  readonly text: string;
  readonly method: string;
  readonly segments: readonly Segment[];
};

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string };

export type RouteMatch<T> = { readonly route: Route<T>; readonly pathParameters: ReadonlyMap<string, string> };

export const DEFAULT_ROUTE = '$default';

/** Reads `POST /accounts/{id}/open`, `ANY /x/{proxy+}` or `$default`. Throws an error that names what is wrong. */
export function parseRouteKey(text: string): RouteKey {
  if (text === DEFAULT_ROUTE) return { text, method: 'ANY', segments: [] };
  const [, method, path] = /^([A-Z]+) \/(.*)$/.exec(text) ?? [];
  if (method === undefined || path === undefined) {
    throw new Error(`The route key "${text}" is neither "METHOD /path" nor "$default".`);
  }
  const segments = path === '' ? [] : path.split('/').map((segment) => parseSegment(segment, text));
  if (segments.slice(0, -1).some(({ kind }) => kind === 'greedy')) {
    throw new Error(`The route key "${text}" has a greedy variable before its end.`);
  }
  return { text, method, segments };
}

/**
 * The route that API Gateway selects: a full match before a greedy one before `$default`; among equals the one that is
 * literal further left, then the longer literal part, then the own method before `ANY`.
 *
 * `path` is as sent. It is decoded, cut at slashes and decoded again, so an encoded slash does not stay inside a variable. Throws
 * URIError for a percent sign that encodes nothing, at first or then.
 */
export function matchRoute<T>(routes: Iterable<Route<T>>, method: string, path: string): RouteMatch<T> | undefined {
  const [, ...segments] = routedPath(path).split('/');
  const sent = segments.join('') === '' && segments.length < 2 ? [] : segments.map(decodeURIComponent);
  const matches: RouteMatch<T>[] = [];
  for (const route of routes) {
    if (route.key.method !== 'ANY' && route.key.method !== method) continue;
    const pathParameters = match(route.key, sent);
    if (pathParameters !== undefined) matches.push({ route, pathParameters });
  }
  return matches.sort((one, other) => compare(rank(one.route.key), rank(other.route.key)))[0];
}

function parseSegment(text: string, routeKey: string): Segment {
  const [, name, plus] = /^\{([\w.:-]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: plus ? 'greedy' : 'parameter', name };
  if (/[{}]/.test(text)) throw new Error(`The route key "${routeKey}" has a variable that is not a whole segment.`);
  return { kind: 'literal', text };
}

function match(key: RouteKey, sent: readonly string[]): Map<string, string> | undefined {
  const found = new Map<string, string>();
  if (key.text === DEFAULT_ROUTE) return found;
  const last = key.segments.at(-1);
  if (last?.kind === 'greedy' ? sent.length < key.segments.length : sent.length !== key.segments.length)
    return undefined;
  for (const [i, segment] of key.segments.entries()) {
    const value = segment.kind === 'greedy' ? sent.slice(i).join('/') : (sent[i] ?? '');
    if (segment.kind === 'literal' ? value !== segment.text : value === '') return undefined;
    if (segment.kind !== 'literal') found.set(segment.name, value);
  }
  return found;
}

const KIND_RANK = { literal: 0, parameter: 1, greedy: 2 } as const;

/** Lower is preferred, the first difference decides. A greedy variable ranks after every literal that it could stand for. */
function rank(key: RouteKey): readonly number[] {
  const kinds = key.segments.map(({ kind }) => KIND_RANK[kind]);
  const group = key.text === DEFAULT_ROUTE ? 2 : kinds.includes(KIND_RANK.greedy) ? 1 : 0;
  return [group, ...kinds, key.method === 'ANY' ? 1 : 0];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const i = one.findIndex((value, index) => value !== other[index]);
  return i < 0 ? 0 : (one[i] ?? 0) - (other[i] ?? 0);
}
