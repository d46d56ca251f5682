/** What does a projection make of events, and of names that every object knows? */
import { expect, it } from 'vitest';
import type { RecordedEvent } from '#shared/event/index.ts';
import { project } from '#shared/projection/index.ts';
import { journal } from '../../support/tally.ts';

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'an event named %s leaves a row as it is that has no handler for it',
  (what) => {
    const row = { sum: 1, versions: [1] };
    expect(project(journal, row, [{ context: { what }, data: {} } as RecordedEvent])).toBe(row); // no more is looked at
  },
);
