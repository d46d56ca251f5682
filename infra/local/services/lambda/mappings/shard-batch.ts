/** What becomes of a batch of records after an invocation. Pure: a batch and an outcome give the next steps. */
export type Batch<R> = {
  /** In the order of the shard. */
  readonly records: readonly R[];
  /** Failed invocations that count against the retry quota. */
  readonly failures: number;
};

export type Rules = {
  readonly bisectBatchOnFunctionError: boolean;
  /** N retries are N + 1 invocations; -1 is unlimited. */
  readonly maximumRetryAttempts: number;
  /** Milliseconds; -1 is unlimited. */
  readonly maximumRecordAgeMs: number;
};

export type Outcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed' }
  /** Records before `index` are done; everything from it on is to be repeated. */
  | { readonly kind: 'failedFrom'; readonly index: number }
  /** Throttled: the function never saw the batch. */
  | { readonly kind: 'notTaken' };

export type Step<R> = {
  readonly acknowledged: readonly R[];
  /** Out of retries; these go to the on-failure destination. */
  readonly discarded: readonly R[];
  /** To be invoked next, in this order, before anything that follows in the shard. */
  readonly next: readonly Batch<R>[];
};

/**
 * Acknowledged, discarded and next records together are always the records of the batch, in order. Splitting does not
 * count as a retry. With bisection a partial failure is cut at the reported record; when that is the first one, which
 * gives nothing to cut, the batch is halved like any failed one (the documentation is silent about that case).
 */
export function afterInvocation<R>(batch: Batch<R>, outcome: Outcome, rules: Rules): Step<R> {
  const { records, failures } = batch;
  if (outcome.kind === 'succeeded') return { acknowledged: records, discarded: [], next: [] };
  if (outcome.kind === 'notTaken') return { acknowledged: [], discarded: [], next: [batch] };
  const index = outcome.kind === 'failedFrom' ? outcome.index : 0;
  const acknowledged = records.slice(0, index);
  const rest = records.slice(index);
  if (rules.bisectBatchOnFunctionError && index > 0) {
    return { acknowledged, discarded: [], next: [{ records: rest, failures }] };
  }
  if (rules.bisectBatchOnFunctionError && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    return { acknowledged, discarded: [], next: halves.map((half) => ({ records: half, failures })) };
  }
  const exhausted = rules.maximumRetryAttempts >= 0 && failures >= rules.maximumRetryAttempts;
  if (exhausted) return { acknowledged, discarded: rest, next: [] };
  return { acknowledged, discarded: [], next: [{ records: rest, failures: failures + 1 }] };
}

/** Takes the records that are too old from the beginning of a batch; they go to the on-failure destination. */
export function withoutExpired<R extends { readonly receivedAt: number }>(
  batch: Batch<R>,
  { maximumRecordAgeMs }: Rules,
  now: number,
): { readonly expired: readonly R[]; readonly batch: Batch<R> } {
  if (maximumRecordAgeMs < 0) return { expired: [], batch };
  const young = batch.records.findIndex(({ receivedAt }) => now - receivedAt <= maximumRecordAgeMs);
  const cut = young === -1 ? batch.records.length : young;
  return { expired: batch.records.slice(0, cut), batch: { ...batch, records: batch.records.slice(cut) } };
}
