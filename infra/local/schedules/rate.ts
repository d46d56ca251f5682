/** How often does a schedule expression fire? */

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const RATE = /^rate\((\d+) (minute|hour|day)(s?)\)$/;

/**
 * Milliseconds between two firings of `rate(5 minutes)`: a positive whole number, singular for 1 and plural otherwise, as EventBridge
 * demands. Throws an `Error` that names the owner for anything else; `cron(...)` is not supported.
 */
export function intervalOf(expression: string, owner: string): number {
  if (expression.startsWith('cron(')) {
    throw new Error(`${owner}: ${expression} cannot run locally, only rate(...) can. Give the local stage a rate.`);
  }
  const [, digits, unit, plural] = RATE.exec(expression) ?? [];
  const count = Number(digits);
  if ((unit !== 'minute' && unit !== 'hour' && unit !== 'day') || count < 1 || (count === 1) !== (plural === '')) {
    throw new Error(
      `${owner}: schedule expression ${expression} is not valid. Write rate(1 minute) or rate(5 minutes).`,
    );
  }
  return count * UNIT_MS[unit];
}
