import { defineConfig } from 'vitest/config';

/** Most waits are for a condition; on a busy machine that may take a while. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };
const journeys = 'test/**/*.journey.test.ts';
const infra = 'test/infra/**/*.test.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/support/dynamodb-local.setup.ts'],
    reporters: ['default', './test/support/closing-line.reporter.ts'],
    projects: [
      // Of these no module keeps anything from one file to the next, so they need not be read anew for each: that is half the time.
      {
        test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: [journeys, infra], isolate: false, ...patient },
      },
      { test: { name: 'infra', include: [infra], exclude: [journeys], ...patient } },
      { test: { name: 'journeys', include: [journeys], globalSetup: ['test/support/app.setup.ts'], ...patient } },
    ],
  },
});
