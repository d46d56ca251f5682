export { hintFeed } from './hint-feed.ts';
export { hintSender } from './reconciler.ts';
