export { hintFeed } from './hint-feed.ts';
export { hintSender, reconciler } from './reconciler.ts';
export { relayMapping } from './relay-mapping.ts';
