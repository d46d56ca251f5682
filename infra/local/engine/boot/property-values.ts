/** The forms that a property of a template may have; CloudFormation takes numbers and truth values as texts too. */
import { z } from 'zod';

/**
 * A property that is known and makes no difference on a laptop. Its value is not looked at. Whatever is neither used nor
 * marked so is a fault.
 */
export const noEffect = z.unknown().optional();

export const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], {
  error: 'must be a text',
});

export const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })], {
  error: 'must be true or false',
});

/** A whole number within the bounds that the service documents. */
export function whole(minimum: number, maximum: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  const number = z.int({ error }).min(minimum, { error }).max(maximum, { error });
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d+$/)
          .transform(Number),
      ],
      { error },
    )
    .pipe(number);
}

/** -1, which is "for ever", or a whole number within the bounds. */
export function wholeOrUnlimited(minimum: number, maximum: number) {
  const error = `must be -1 or a whole number from ${minimum} to ${maximum}`;
  return whole(-1, maximum).refine((value) => value === -1 || value >= minimum, { error });
}

/** Only these values are reproduced; another is a fault that says which it is. */
export function only<Value extends string | number | boolean>(...values: readonly [Value, ...Value[]]) {
  const those = `only ${values.map((value) => JSON.stringify(value)).join(' or ')} runs locally`;
  return z.literal(values, {
    error: ({ input }) => (input === undefined ? those : `${those}, not ${JSON.stringify(input)}`),
  });
}

/** A property that takes JSON as an object or as its text. */
export const jsonObject = z.union(
  [
    z.record(z.string(), z.unknown()),
    z.string().transform((value, context) => {
      try {
        const parsed: unknown = JSON.parse(value);
        if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)) return { ...parsed };
      } catch {
        // Told below, as for any other value that is not an object.
      }
      context.addIssue({ code: 'custom', message: 'must be a JSON object' });
      return z.NEVER;
    }),
  ],
  { error: 'must be a JSON object' },
);

/** Tells why `check` threw, if it did: what the running part would refuse is a fault of the template. */
export function refused(check: () => unknown, tell: (reason: string) => void): void {
  try {
    check();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}
