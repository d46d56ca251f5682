import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/dynamodb-local.setup.ts'],
    reporters: ['default', './test/support/closing-line.reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
