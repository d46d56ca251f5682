export { hintFeed } from './hint-feed.ts';
