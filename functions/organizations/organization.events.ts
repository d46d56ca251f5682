/** What can happen to an organization. */
import * as z from 'zod/mini';
import type { EventOf } from '#shared/event/index.ts';
import { recordedAddress } from './contact-details.ts';

export const organizationEvents = {
  OrganizationRegistered: {
    meaning: 'An organization was registered, under a name that no other has.',
    schema: z.object({
      name: z.string(),
      contactDetails: z.object({ email: z.string(), address: recordedAddress }),
    }),
  },
  OrganizationRenamed: {
    meaning: 'An organization took another name; the old one is free.',
    schema: z.object({ oldName: z.string(), newName: z.string() }),
  },
  MemberAdded: {
    meaning: 'A person became a member, who may not be registered yet.',
    schema: z.object({ personId: z.string() }),
  },
};

export type OrganizationEvent = EventOf<typeof organizationEvents>;
