/** A stream mapping that tries for ever, with every other setting at its default. */
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
