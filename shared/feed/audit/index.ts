export { auditFeed, type FeedAudit } from './audit-feed.ts';
export { damageLine, type FeedDamage } from './feed-damage.ts';
export { type FedPositions, feedMissing } from './feed-missing.ts';
export type { LogScanner } from './log-scanner.ts';
