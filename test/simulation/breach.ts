/** Something that must hold, and did not. */
export class Breach extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(`${rule} - but ${detail}`);
    this.rule = rule;
  }
}

export function assertHolds(holds: boolean, rule: string, detail: string): void {
  if (!holds) throw new Breach(rule, detail);
}
