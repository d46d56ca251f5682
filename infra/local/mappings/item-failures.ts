/** Which items of a batch does a function's answer call failed (ReportBatchItemFailures)? */

/**
 * The identifiers under `batchItemFailures`; none when the answer, or the list, is empty or null. `all` when the answer
 * cannot be trusted: not an object, a list that is no list, an identifier that is empty, missing or not of the batch.
 */
export function reportedFailures(payload: unknown, ids: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  if (payload === null || payload === undefined || payload === '') return new Set();
  if (typeof payload !== 'object' || Array.isArray(payload)) return 'all';
  const failures = 'batchItemFailures' in payload ? payload.batchItemFailures : undefined;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = failure?.itemIdentifier;
    if (typeof id !== 'string' || !ids.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}
