/** What can be asked of an organization. */
import * as z from 'zod/mini';
import type { CommandOf } from '#shared/aggregate/index.ts';
import { isId } from '#shared/event/index.ts';
import { name } from './comparable-name.ts';
import { address, email } from './contact-details.ts';

const personId = z.string().check(z.refine(isId, 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.'));

export const organizationCommands = {
  register: {
    meaning: 'Register an organization under a name that no other has.',
    schema: z.strictObject({ name, contactDetails: z.strictObject({ email, address }) }),
  },
  rename: {
    meaning: 'Give an organization another name that no other has, and free the old one.',
    schema: z.strictObject({ name }),
  },
  'add-member': {
    meaning: 'Add a person as a member, registered or not.',
    schema: z.strictObject({ personId }),
  },
};

export type OrganizationCommand = CommandOf<typeof organizationCommands>;
