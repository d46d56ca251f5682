/** The bounded contexts. To add one, add its catalog here. */
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { accounts } from './accounts/accounts.catalog.ts';
import { organizations } from './organizations/organizations.catalog.ts';
import { parcels } from './parcels/parcels.catalog.ts';

export const contexts: readonly ContextCatalog[] = [accounts, organizations, parcels];
