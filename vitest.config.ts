import { defineConfig } from 'vitest/config';

/** Most waits are for a condition; on a busy machine that may take a while. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000 };
/** Of those that start the whole system, perhaps twice. */
const veryPatient = { testTimeout: 180_000, hookTimeout: 180_000 };
const journeys = 'test/**/*.journey.test.ts';
const stacks = 'test/infra/stacks/**/*.test.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/support/temporary-folder.setup.ts', 'test/support/dynamodb-local.setup.ts'],
    reporters: ['default', './test/support/closing-line.reporter.ts'],
    projects: [
      // Modules are read once for all files of a worker, which is half the time; so support code registers no hooks on its own.
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [journeys, stacks],
          isolate: false,
          ...patient,
        },
      },
      // Some of these replace a module.
      { test: { name: 'stacks', include: [stacks], ...patient } },
      { test: { name: 'journeys', include: [journeys], globalSetup: ['test/support/app.setup.ts'], ...veryPatient } },
    ],
  },
});
