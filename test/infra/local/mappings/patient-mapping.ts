/** What does a stream mapping say that tries for ever and has no wishes of its own? */

export const PATIENT = {
  id: 'mapping',
  startingPosition: 'TRIM_HORIZON',
  batchingWindowMs: 0,
  parallelizationFactor: 1,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeMs: -1,
  reportBatchItemFailures: false,
  filters: [],
} as const;
