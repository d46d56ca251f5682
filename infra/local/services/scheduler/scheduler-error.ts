/** A refusal of EventBridge Scheduler, as the SDK knows it. */

/** Status of each exception [`@aws-sdk/client-scheduler` 3.1169.0]; the last three are of the protocol, not of the service. */
const STATUS = {
  ValidationException: 400,
  ServiceQuotaExceededException: 402,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  SerializationException: 400,
  RequestEntityTooLargeException: 413,
  NotImplementedException: 501,
} as const;

/** A request that is refused; nothing has changed, and it is not worth a retry as it is. */
export class SchedulerError extends Error {
  readonly code: keyof typeof STATUS;

  constructor(code: keyof typeof STATUS, message: string) {
    super(message);
    this.name = 'SchedulerError';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
