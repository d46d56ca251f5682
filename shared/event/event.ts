/** An event as a decider writes it, as the log keeps it, and as it is published. */

/** A fact in the past tense. `effectiveAt` is the business date or time; without it the fact counts when it is recorded. */
export type DomainEvent<What extends string = string, Data = unknown> = {
  readonly what: What;
  readonly data: Data;
  readonly effectiveAt?: string;
};

/** A domain event with what the log adds: an id of its own, and the version of its type's schema. */
export type StoredEvent = {
  readonly id: string;
  readonly what: string;
  readonly data: unknown;
  readonly effectiveAt: string;
  readonly schemaVersion: number;
};

/** The command behind a commit. */
export type Cause = {
  readonly id: string;
  readonly what: string;
  readonly when: string;
  readonly who: string;
};

/**
 * The published form of an event: the same in the APIs, in the feed and as `detail` on the bus.
 *
 * `when` is the transaction time, one for all events of a commit; `version` counts the events of the stream from 1;
 * `position` is there once the feed has given one.
 */
export type RecordedEvent<What extends string = string, Data = unknown> = {
  readonly context: {
    readonly id: string;
    readonly what: What;
    readonly when: string;
    readonly effectiveAt: string;
    readonly who: string;
    readonly why: Cause;
    readonly correlationId: string;
    readonly causationId: string;
    readonly stream: string;
    readonly version: number;
    readonly schemaVersion: number;
    readonly position?: string;
  };
  readonly data: Data;
};
