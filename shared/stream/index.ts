export { categoryOf, isCategory, isId, parseStreamId, type StreamId, toStreamId } from './stream-id.ts';
