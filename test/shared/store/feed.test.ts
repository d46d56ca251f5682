/** Does the feed in memory keep the feed's promises? */
import type { Commit } from '#shared/store/commit.ts';
import { createInMemoryFeedTable } from '#shared/store/in-memory/in-memory-feed-table.ts';
import { feedContract } from './feed-contract.ts';

feedContract('The feed in memory', async () => {
  const recorded: Commit[] = [];
  return {
    table: createInMemoryFeedTable(),
    log: {
      async commitsAfter(stream, version) {
        const all = recorded.filter((commit) => commit.stream === stream && commit.version > version);
        const commits = all.sort((one, other) => one.version - other.version).slice(0, 3);
        return { commits, more: commits.length === 3 };
      },
    },
    async record(commits) {
      recorded.push(...commits.filter((commit) => !recorded.includes(commit)));
    },
  };
});
