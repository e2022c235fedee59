import { AnalysisException, ArgumentError, SparkError } from "../../errors.js";
import { thrownMessage } from "../../thrown-value.js";

/** A request that the monitor refuses, with the status and the text of the answer. */
export class HttpFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  STREAM_NOT_FOUND: 404,
  STREAM_EXISTS: 409,
  STREAM_IN_CODE: 409,
  UPGRADE_FAILED: 409,
  SUPERVISOR_NOT_ACTIVE: 409,
};

/** The answer to a request that failed with this error. */
export function failureOf(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (error instanceof ArgumentError)
    return new HttpFailure(400, "INVALID_ARGUMENT", error.message);
  // Spark refused the SQL or a name of the declaration.
  if (error instanceof AnalysisException) return new HttpFailure(400, error.code, error.message);
  if (error instanceof SparkError)
    return new HttpFailure(STATUS[error.code] ?? 500, error.code, error.message);
  return new HttpFailure(500, "COMMAND_FAILED", thrownMessage(error));
}
