export { type AnswerWays, commandEndpoint } from './command-endpoint.ts';
export { commandStatusEndpoint } from './command-status-endpoint.ts';
export { endpoint } from './endpoint.ts';
export { feedEndpoint } from './feed-endpoint.ts';
export { type HttpEvent, type HttpResult, json } from './http-message.ts';
export { notFound, unavailable } from './problem.ts';
export {
  type ProjectionStatus,
  projectionStatus,
  projectionsEndpoint,
  type WatchedFollower,
} from './projections-endpoint.ts';
export { queryEndpoint } from './query-endpoint.ts';
export { streamEndpoint } from './stream-endpoint.ts';
