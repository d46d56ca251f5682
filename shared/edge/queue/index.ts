export { projectionConsumer } from './projection-consumer.ts';
