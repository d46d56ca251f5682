export type { FeedDamage } from './feed-damage.ts';
export type { FeedSight } from './feed-inventory.ts';
export { repairFeed } from './feed-repair.ts';
export { type FeedVerdict, verifyFeed } from './feed-verify.ts';
