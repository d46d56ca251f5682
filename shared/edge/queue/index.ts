export { acceptedConsumer } from './accepted-consumer.ts';
export { createCommandQueue } from './command-queue.ts';
export { processConsumer } from './process-consumer.ts';
export { projectionConsumer } from './projection-consumer.ts';
