/** Something that waits for a person: what the relay has put aside, parked streams, dead letters. */
export type Waiting = {
  /** What there is, a line each. */
  readonly lines: readonly string[];
  readonly streams: readonly string[];
  /** Says what has become of each, and gives how many wait on. Safe to repeat, also after a kill. */
  readonly carryOut: () => Promise<number>;
  /** Lets go of what is not carried out. */
  readonly release?: () => Promise<void>;
};
