import { createInMemoryProjectionVersions } from '#shared/projection/index.ts';
import { projectionVersionsContract } from './projection-versions.contract.ts';

projectionVersionsContract('in memory', async () => createInMemoryProjectionVersions());
