/** A projection of a faulty deployment: one event of one stream cannot be applied, until the code is mended. */
import type { AnyProjection } from '#shared/projection/index.ts';
import type { Poison } from './random-plan.ts';

export function poisoned(
  projection: AnyProjection,
  poison: Poison | undefined,
  isBroken: () => boolean,
): AnyProjection {
  if (projection.name !== poison?.projection) return projection;
  const on = Object.entries(projection.on).map(([what, handler]): [string, typeof handler] => [
    what,
    (row, event) => {
      const { stream, version } = event.context;
      const isIt = stream === poison.stream && version === poison.version;
      if (isIt && isBroken()) throw new Error('the code does not know what to do with it');
      return handler?.(row, event);
    },
  ]);
  return { ...projection, on: Object.fromEntries(on) };
}
