/** Amounts and days as commands have them. */
import * as z from 'zod/mini';

/** Ten billion in whole money: far above any account, and thousands of them still add up exactly in a number. */
const MAXIMUM_CENTS = 1_000_000_000_000;

export const cents = z.int().check(z.positive(), z.maximum(MAXIMUM_CENTS));
export const day = z.iso.date();
