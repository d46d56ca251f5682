export { createPublisher } from './publisher.ts';
export { relay } from './relay.ts';
