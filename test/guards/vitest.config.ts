/** Runs named test files of a copy of the tree, up to the first failure, on the DynamoDB Local that is running already. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: process.cwd(),
  cacheDir: '.vite',
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/guards/running-dynamodb.setup.ts'],
    bail: 1,
    testTimeout: 10_000,
    hookTimeout: 20_000,
    maxWorkers: 1,
  },
});
