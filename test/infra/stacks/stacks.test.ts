/** The synthesized templates keep the rules of this app, and each rule would notice a template that does not. */
import { afterAll, describe, expect, it } from 'vitest';
import { synthesizedApp } from '../../support/synthesized-app.ts';
import { costRules } from './rules/cost.ts';
import { deliveryRules } from './rules/delivery.ts';
import { everyAlarmRules } from './rules/every-alarm.ts';
import { functionRules } from './rules/functions.ts';
import { grantRules } from './rules/grants.ts';
import { healthRules } from './rules/health.ts';
import { routeRules } from './rules/routes.ts';
import { storageRules } from './rules/storage.ts';
import { watchingRules } from './rules/watching.ts';

const app = synthesizedApp();
afterAll(() => app.remove());

const rules = [
  ...deliveryRules,
  ...storageRules,
  ...functionRules,
  ...grantRules,
  ...routeRules,
  ...healthRules,
  ...watchingRules,
  ...everyAlarmRules,
  ...costRules,
];

describe.each(rules)('$title', ({ faults, violate }) => {
  it('holds', () => expect(faults(app)).toEqual([]));
  it('is noticed when it does not', () => expect(faults(app.edited(violate))).not.toEqual([]));
});
