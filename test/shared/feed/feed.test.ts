import type { Commit } from '#shared/event-store/commit.ts';
import { createInMemoryFeedTable } from '#shared/feed/in-memory/in-memory-feed-table.ts';
import { feedContract } from './feed-contract.ts';
import { inMemoryLog } from './feed-harness.ts';

feedContract('The feed in memory', async () => {
  const recorded: Commit[] = [];
  return {
    table: createInMemoryFeedTable(),
    log: inMemoryLog(recorded),
    async record(commits) {
      recorded.push(...commits.filter((commit) => !recorded.includes(commit)));
    },
  };
});
