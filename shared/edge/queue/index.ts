export { type LetterOutcome, redriveLetters, type StreamLetters, sortLetters } from './dead-letters.ts';
export { projectionConsumer } from './projection-consumer.ts';
