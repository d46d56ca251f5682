export { commandEndpoint } from './command-endpoint.ts';
export { endpoint } from './endpoint.ts';
export { feedEndpoint } from './feed-endpoint.ts';
export type { HttpEvent } from './http-event.ts';
export { type HttpResult, json } from './http-result.ts';
export { notFound, unavailable } from './problem.ts';
export { queryEndpoint } from './query-endpoint.ts';
export { streamEndpoint } from './stream-endpoint.ts';
