/** The pictures of the process managers are what the process managers do. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { contexts } from '../../../functions/contexts.ts';
import { processesPage } from '../../../infra/process-diagrams/processes-page.ts';
import { stateDiagram } from '../../../infra/process-diagrams/state-diagram.ts';
import { booking } from '../../shared/process-manager/bookings.ts';

it('The page in docs is drawn from the code as it is: npm run diagrams', () => {
  const page = readFileSync(new URL('../../../docs/processes.md', import.meta.url), 'utf8');
  expect(page).toBe(processesPage(contexts));
});

it('A process whose commands pile up has no picture, and that is told by its name', () => {
  const examples = [{ name: 'Noted.v1', what: 'Noted', data: { text: '5' }, effectiveAt: '' }];
  expect(() => stateDiagram(booking, examples)).toThrow('booking has more than 500 states.');
});
