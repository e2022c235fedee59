import { SparkError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";

/** A stream that failed for good, and the reason. */
export interface StreamFailure {
  readonly stream: string;
  readonly error: unknown;
}

/** All streams of a supervisor have ended, and these failed for good. `cause` is the error of the first. */
export class StreamsFailedError extends SparkError {
  override readonly name: string = "StreamsFailedError";
  readonly failures: readonly StreamFailure[];

  constructor(failures: readonly StreamFailure[]) {
    const reasons = failures.map(({ stream, error }) => `\n- ${stream}: ${thrownMessage(error)}`);
    super(
      "STREAMS_FAILED",
      `The supervisor ended because none of its streams can run. Fix these errors before the next start:${reasons.join("")}`,
      { cause: failures[0]?.error },
    );
    this.failures = failures;
  }
}
