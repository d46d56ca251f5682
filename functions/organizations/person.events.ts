/** What can happen to a person. */
import * as z from 'zod/mini';
import type { EventOf } from '#shared/event/index.ts';
import { recordedContactDetails } from './contact-details.ts';

export const personEvents = {
  PersonRegistered: { meaning: 'A person was registered.', schema: z.object({ name: z.string() }) },
  PersonRenamed: {
    meaning: 'A person took another name.',
    schema: z.object({ oldName: z.string(), newName: z.string() }),
  },
  ContactDetailsAdded: {
    meaning: 'Contact details of a person were added; each replaces the one before of its kind.',
    schema: recordedContactDetails,
  },
};

export type PersonEvent = EventOf<typeof personEvents>;
