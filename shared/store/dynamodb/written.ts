/** What did a write come to? */
import type { AppendOutcome } from '../event-store.ts';

export type Written = Exclude<AppendOutcome, { kind: 'appended' }> | { readonly kind: 'written' };
