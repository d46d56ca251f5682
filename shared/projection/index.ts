export { type Consistency, type ProjectionPorts, projectStream, queryRow } from './catch-up.ts';
export { createInMemoryRowStore } from './in-memory/in-memory-row-store.ts';
export { type AnyProjection, defineProjection, project, type Query, rowKey } from './projection.ts';
export type { RowStore } from './row-store.ts';
