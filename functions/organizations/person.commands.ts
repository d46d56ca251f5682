/** What can be asked of a person. */
import * as z from 'zod/mini';
import type { CommandOf } from '#shared/aggregate/index.ts';
import { name } from './comparable-name.ts';
import { address, email, phone } from './contact-details.ts';

export const personCommands = {
  register: { meaning: 'Register a person. Names of people need not be unique.', schema: z.strictObject({ name }) },
  rename: { meaning: 'Give a person another name.', schema: z.strictObject({ name }) },
  'add-contact-details': {
    meaning: 'Add how a person is reached. What the person has already changes nothing.',
    schema: z.strictObject({ email: z.optional(email), phone: z.optional(phone), address: z.optional(address) }),
  },
};

export type PersonCommand = CommandOf<typeof personCommands>;
