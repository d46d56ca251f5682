/** How an organization or a person is reached. */
import * as z from 'zod/mini';

const text = (maximum: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(maximum));

/** House numbers and zip codes are numbers in some countries and texts in others; they are kept as they were sent. */
const numberOrText = z.union(
  [z.int().check(z.nonnegative(), z.maximum(999_999_999)), text(20)],
  'Send a whole number or a text of 1 to 20 characters.',
);

export const address = z.strictObject({
  street: text(200),
  number: numberOrText,
  zipcode: numberOrText,
  city: text(100),
});

/** The longest address that mail is sent to. Source: RFC 5321, 4.5.3.1.3, without its angle brackets. */
export const email = z.email().check(z.maxLength(254));

export const phone = text(50);

const recordedNumber = z.union([z.int(), z.string()]);

export const recordedAddress = z.object({
  street: z.string(),
  number: recordedNumber,
  zipcode: recordedNumber,
  city: z.string(),
});

/** As events have them: without the bounds of today. */
export const recordedContactDetails = z.object({
  email: z.optional(z.string()),
  phone: z.optional(z.string()),
  address: z.optional(recordedAddress),
});

export type ContactDetails = z.infer<typeof recordedContactDetails>;

/** `Kerkstraat 9, 3560 Lummen, info@basketlummen.be`: what there is of address, e-mail and phone. */
export const contactSummary = ({ address, email, phone }: ContactDetails): string =>
  [address && `${address.street} ${address.number}, ${address.zipcode} ${address.city}`, email, phone]
    .filter((part) => part !== undefined)
    .join(', ');
