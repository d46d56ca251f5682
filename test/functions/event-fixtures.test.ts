/** Every event that a context has ever stored can still be read. */
import { describe } from 'vitest';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { contexts } from '../../functions/contexts.ts';
import { eventFixtures } from '../support/event-fixtures.ts';

describe.each(contexts)('The stored events of $name', (context) => {
  eventFixtures(eventDefinitions(context), new URL(`${context.name}/fixtures/events/`, import.meta.url));
});
