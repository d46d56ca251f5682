/** What may a decider answer? Events to record, or a refusal by a rule. Both are values; nothing is thrown. */
import type { DomainEvent } from '#shared/event/index.ts';

/** A value that only one stream may hold at a time, such as a name; compared as it is given here. */
export type UniqueValue = { readonly name: string; readonly value: string };

export type Accepted<Event extends DomainEvent> = {
  readonly kind: 'accepted';
  readonly events: readonly Event[];
  /** Taken together with the commit; `refusal` is the answer when another stream holds one of them. */
  readonly claims: readonly { readonly unique: UniqueValue; readonly refusal: Rejection }[];
  readonly releases: readonly UniqueValue[];
};

/** A refusal by a rule: a code in kebab case, a sentence for people, and the rule's own fields. */
export type Rejection = {
  readonly kind: 'rejected';
  readonly code: string;
  readonly detail: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type Decision<Event extends DomainEvent> = Accepted<Event> | Rejection;

/** Records the events, all or none, in this order. No events: the command changes nothing. */
export const accept = <Event extends DomainEvent>(
  events: readonly Event[],
  unique: Partial<Pick<Accepted<Event>, 'claims' | 'releases'>> = {},
): Accepted<Event> => ({ kind: 'accepted', events, claims: unique.claims ?? [], releases: unique.releases ?? [] });

export const reject = (code: string, detail: string, fields: Readonly<Record<string, unknown>> = {}): Rejection => ({
  kind: 'rejected',
  code,
  detail,
  fields,
});

export const unique = (name: string, value: string): UniqueValue => ({ name, value });
