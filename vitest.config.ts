import { defineConfig } from 'vitest/config';

/** Most waits are for a condition; on a busy machine that may take a while. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };
const journeys = 'test/**/*.journey.test.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/support/dynamodb-local.setup.ts'],
    reporters: ['default', './test/support/closing-line.reporter.ts'],
    projects: [
      { test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: [journeys], ...patient } },
      { test: { name: 'journeys', include: [journeys], globalSetup: ['test/support/app.setup.ts'], ...patient } },
    ],
  },
});
