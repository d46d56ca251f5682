export { type ProjectionPorts, projectStream } from './project-stream.ts';
export {
  type AnyProjection,
  defineProjection,
  type Projection,
  project,
  type Query,
  type RecordedOf,
  rowKey,
} from './projection.ts';
export { type Consistency, queryRow } from './query-row.ts';
