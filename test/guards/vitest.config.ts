/** How are the tests of a guard run? Those named, in a copy of the tree, up to the first failure, on the running DynamoDB Local. */
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
