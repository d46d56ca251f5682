export { categoryOf, ID_PATTERN, idOf, isId, parseStreamId, type StreamId, toStreamId } from './stream-id.ts';
