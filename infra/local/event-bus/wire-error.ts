/** How does a request fail as a whole, in the form that AWS clients understand? */

/** `code` is the exception's name in the service's model; `message` reaches the caller. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
  }
}
