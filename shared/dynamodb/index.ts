export { getAll, putAll } from './batches.ts';
export { createDocumentClient } from './client.ts';
export { orUnavailable, THROTTLED } from './failures.ts';
export { ifMet, putIf } from './put-if.ts';
export { EVENTS_TABLE, FEED_TABLE, QUERY_TABLE, type TableKind, variableOfSeveral } from './tables.ts';
