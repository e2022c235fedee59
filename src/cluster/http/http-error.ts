/** What is known about a request that failed. */
export interface HttpFailure {
  /** The status of the answer; 0 without an answer. */
  readonly status?: number;
  /** Whether another try may help. */
  readonly isTransient?: boolean;
  /** Seconds that the API asked to wait. */
  readonly wait?: number | undefined;
  /** False if the request was certainly not sent. */
  readonly wasSent?: boolean;
}

/** An API answered with an error, with an unusable body, or not at all. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly isTransient: boolean;
  readonly wait: number | undefined;
  readonly wasSent: boolean;

  constructor(message: string, failure: HttpFailure = {}) {
    super(message);
    this.status = failure.status ?? 0;
    this.isTransient = failure.isTransient ?? false;
    this.wait = failure.wait;
    this.wasSent = failure.wasSent ?? true;
  }
}

/** The egress rules forbid an address. */
export class EgressError extends Error {
  override readonly name = "EgressError";
}
