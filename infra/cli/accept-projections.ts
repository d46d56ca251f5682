/** `npm run projections:accept` notes what the projections of this checkout mean, for a person to commit. */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { contexts } from '../../functions/contexts.ts';
import {
  acceptedLock,
  lockNotes,
  type ProjectionLock,
  readLock,
  writeLock,
} from '../projection-lock/projection-lock.ts';
import { changesOf } from '../projection-lock/projection-meaning.ts';
import { runTool } from './run-tool.ts';

const USAGE = `npm run projections:accept [-- --rebuilt]
  --rebuilt                no stage has a version any more that another one replaces: the warnings of the synthesis end
It notes in functions/projections.lock.json what every projection makes of the stored examples of its events. Commit the file.
A synthesis finds a projection that is another than is noted and has no higher version.`;

const options = { rebuilt: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const before = readLock();
  const after = acceptedLock(contexts, before, values);
  if (!isDeepStrictEqual(before, after)) writeLock(after);
  for (const line of changedEntries(before, after)) console.log(line);
  for (const { line } of lockNotes(contexts, after)) console.log(line);
  return 0;
}

function changedEntries(before: ProjectionLock, after: ProjectionLock): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (changed.length === 0) return ['Everything is noted already.'];
  return changed.map((name) => {
    const [one, other] = [before[name], after[name]];
    if (other === undefined) return `${name} is not noted any more.`;
    const changes = one === undefined ? [] : changesOf(one.means, other.means);
    return `${name} is noted, version ${other.version}${changes.map((line, at) => `${at === 0 ? ': ' : ', '}${line}`).join('')}.`;
  });
}

await runTool(main);
