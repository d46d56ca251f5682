import { defineConfig } from 'vitest/config';

const times = { testTimeout: 20_000, hookTimeout: 60_000 };
/** A journey waits for conditions; on a busy machine that may take a while. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };
const journeys = 'test/**/*.journey.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/support/dynamodb-local.setup.ts'],
    reporters: ['default', './test/support/closing-line.reporter.ts'],
    projects: [
      { test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: [journeys], ...times } },
      { test: { name: 'journeys', include: [journeys], globalSetup: ['test/support/app.setup.ts'], ...patient } },
    ],
  },
});
