export { type ProjectionPorts, projectStream } from './project-stream.ts';
export { type AnyProjection, defineProjection, project, type Query, rowKey } from './projection.ts';
export { type Consistency, queryRow } from './query-row.ts';
