/** `AWS::Events::EventBus`, and the default bus that every account has in every region. */
import { z } from 'zod';
import type { Cleanup } from '../../engine/boot/cleanup.ts';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import type { Clock } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import type { TellNextRun } from '../../engine/next-runs.ts';
import { arn, LOCAL_ACCOUNT, LOCAL_REGION } from '../../engine/place.ts';
import { createEventBus, type EventBusDefinition, type LocalEventBus } from './event-bus.ts';

export type BusPart = Part & { readonly kind: 'bus'; readonly definition: EventBusDefinition };

const busProperties = z.strictObject({
  Name: text,
  DeadLetterConfig: noEffect,
  Description: noEffect,
  KmsKeyIdentifier: noEffect,
  LogConfig: noEffect,
  Policy: noEffect,
  Tags: noEffect,
});

export const eventBusKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Events::EventBus': runs(
    busProperties,
    ({ Name }, place) => {
      const busArn = arn(place, 'events', `event-bus/${Name}`);
      const part: BusPart = { kind: 'bus', place, definition: { name: Name, arn: busArn } };
      return { values: { ref: Name, attributes: { Arn: busArn, Name } }, part };
    },
    { identity: ({ definition }) => `bus ${definition.name}` },
  ),
};

/** Every account has a default bus; any other must be in the templates. */
export function isBus(parts: readonly Part[], arn: string): boolean {
  return arn.endsWith('/default') || partsOf<BusPart>(parts, 'bus').some(({ definition }) => definition.arn === arn);
}

/** Starts every bus of the templates, and the default one that every account has in every region, by ARN. */
export function startBuses(
  parts: readonly Part[],
  buses: Map<string, LocalEventBus>,
  cleanup: Cleanup,
  log: Log,
  time: { readonly clock?: Clock | undefined; readonly tellNext?: TellNextRun } = {},
): void {
  const places =
    parts.length > 0 ? parts.map(({ place }) => place) : [{ account: LOCAL_ACCOUNT, region: LOCAL_REGION }];
  const definitions = [
    ...places.map((place) => ({ name: 'default', arn: arn(place, 'events', 'event-bus/default') })),
    ...partsOf<BusPart>(parts, 'bus').map(({ definition }) => definition),
  ];
  for (const definition of definitions) {
    if (buses.has(definition.arn)) continue;
    const bus = createEventBus(definition, log, time.clock, undefined, time.tellNext);
    cleanup.add(() => bus.stop());
    buses.set(definition.arn, bus);
  }
}
