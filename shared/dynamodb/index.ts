export { deleteAll, getAll, putAll } from './batches.ts';
export { createDocumentClient } from './client.ts';
export { ifMet, putIf, type TransactWrites, transactIf } from './conditional-writes.ts';
export { orUnavailable, throttlingIn } from './failures.ts';
export {
  COMMANDS_TABLE,
  EVENTS_TABLE,
  FEED_TABLE,
  QUERY_TABLE,
  type TableKind,
  variableOfSeveral,
} from './table-kinds.ts';
