export { processConsumer } from './process-consumer.ts';
export { projectionConsumer } from './projection-consumer.ts';
