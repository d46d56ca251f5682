const DECIMALS = 10_000;

/**
 * `percent` (up to four decimals) of a balance in cents, zero or more, rounded half up to the cent. Exact: worked out in
 * integers, so that no binary fraction decides a half cent.
 */
export function interestOn(balance: number, percent: number): number {
  const divisor = BigInt(100 * DECIMALS);
  const product = BigInt(balance) * BigInt(Math.round(percent * DECIMALS));
  return Number((2n * product + divisor) / (2n * divisor));
}
