export { publishParked, publishRange } from './publish-feed.ts';
export { createPublisher, type Publish } from './publisher.ts';
export { relay } from './relay.ts';
