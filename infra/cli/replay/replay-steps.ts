/** A history becomes steps: each event with the state before and after it. */
import { type AnyAggregate, fold } from '#shared/aggregate/index.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { type Commit, recordedEvents } from '#shared/event-store/index.ts';

export type ReplayStep = { readonly event: RecordedEvent; readonly before: unknown; readonly after: unknown };

/**
 * The steps of a commit that follows the state, in the order of its events, made one at a time. Throws, naming the version, at an
 * event that the aggregate cannot apply; the steps before it have been given.
 */
export function* replaySteps({ decider }: AnyAggregate, commit: Commit, state: unknown): Generator<ReplayStep> {
  let before = state;
  for (const event of recordedEvents(commit)) {
    const { what, effectiveAt, stream, version } = event.context;
    let after: unknown;
    try {
      after = fold(decider, [{ what, data: event.data, effectiveAt }], before);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Version ${version} of ${stream}, ${what}, cannot be applied to the state before it: ${reason}`);
    }
    yield { event, before, after };
    before = after;
  }
}
