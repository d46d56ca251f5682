/** `npm run diagrams` draws every process manager as a state machine into docs/processes.md; `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contexts } from '../../functions/contexts.ts';
import { processesPage } from '../process-diagrams/processes-page.ts';

const FILE = 'docs/processes.md';
const PATH = join(import.meta.dirname, '..', '..', FILE);

const page = processesPage(contexts);
if (!process.argv.includes('--check')) writeFileSync(PATH, page);
else if (readFileSync(PATH, 'utf8') !== page) {
  console.error(`${FILE} is not what the process managers are: npm run diagrams.`);
  process.exitCode = 1;
}
