/** A refusal of SNS, by the code that its clients know it by. */
export type SnsErrorCode =
  | 'BatchEntryIdsNotDistinct'
  | 'BatchRequestTooLong'
  | 'EmptyBatchRequest'
  | 'InvalidAction'
  | 'InvalidBatchEntryId'
  | 'InvalidParameter'
  | 'NotFound'
  | 'ParameterValueInvalid'
  | 'TooManyEntriesInBatchRequest';

export class SnsError extends Error {
  readonly code: SnsErrorCode;

  constructor(code: SnsErrorCode, message: string) {
    super(message);
    this.name = 'SnsError';
    this.code = code;
  }

  get status(): number {
    return this.code === 'NotFound' ? 404 : 400;
  }
}

export function invalidParameter(what: string): SnsError {
  return new SnsError('InvalidParameter', `Invalid parameter: ${what}`);
}
