export { acceptedConsumer } from './accepted-consumer.ts';
export { createCommandQueue } from './command-queue.ts';
export { type LetterOutcome, redriveLetters, type StreamLetters, sortLetters } from './dead-letters.ts';
export { processConsumer } from './process-consumer.ts';
export { projectionConsumer } from './projection-consumer.ts';
