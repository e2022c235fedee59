import { SparkError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";

/** One stream that cannot go on, and why. */
export interface StreamFailure {
  readonly stream: string;
  readonly error: unknown;
}

/** No stream of a supervisor is left to run, and these cannot go on; `cause` is the first one's reason. */
export class StreamsFailedError extends SparkError {
  override readonly name: string = "StreamsFailedError";
  readonly failures: readonly StreamFailure[];

  constructor(failures: readonly StreamFailure[]) {
    const reasons = failures.map(({ stream, error }) => `\n- ${stream}: ${thrownMessage(error)}`);
    super(
      "STREAMS_FAILED",
      `The supervisor ended because no stream is left to run. What ended them, to be put right before the next start:${reasons.join("")}`,
      { cause: failures[0]?.error },
    );
    this.failures = failures;
  }
}
