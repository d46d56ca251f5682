/** Can every account event that was ever stored still be read? */
import { describe } from 'vitest';
import { accountEvents } from '../../../functions/accounts/account.events.ts';
import { eventFixtures } from '../../support/event-fixtures.ts';

describe('The stored events of accounts', () => {
  eventFixtures(accountEvents, new URL('fixtures/events/', import.meta.url));
});
