export { projectionConsumer } from './projection-consumer.ts';
export { createPublisher } from './publisher.ts';
export { relay } from './relay.ts';
export { setting, settings, settingsByName } from './setting.ts';
export { system } from './system.ts';
