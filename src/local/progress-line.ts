/** Shows the progress of an installation: one updated line on a terminal, plain lines elsewhere. */
import type { ProgressListener, SetupProgress } from "./progress.js";

/** An output stream for progress, such as `process.stderr`. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  /** Writes text as it is, without adding a line break. */
  write(text: string): unknown;
}

/** The interval of repeated lines if the output is not a terminal. */
const PLAIN_LINE_EVERY_MS = 5000;

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
}

/** A report as a line of text: `environment: downloading pyspark (120 of 434 MB, 28 %), 14 s`. */
export function progressText(progress: SetupProgress): string {
  const { step, detail, doneBytes, totalBytes, elapsedMs } = progress;
  let amount = "";
  if (doneBytes !== undefined && totalBytes !== undefined && totalBytes > 0) {
    const percent = Math.floor((100 * doneBytes) / totalBytes);
    amount = ` (${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB, ${percent} %)`;
  } else if (doneBytes !== undefined) {
    amount = ` (${megabytes(doneBytes)} MB)`;
  }
  return `${step}: ${detail}${amount}, ${(elapsedMs / 1000).toFixed(elapsedMs < 10_000 ? 1 : 0)} s`;
}

/**
 * Creates a listener that writes progress to `output`, by default standard error.
 *
 * On a terminal each step is one line, which is rewritten until the step finishes. Otherwise it writes a
 * line when the step's action changes, every 5 s during the action, and when the step finishes.
 */
export function progressLine(output: ProgressOutput = process.stderr): ProgressListener {
  const terminal = output.isTTY === true;
  let lastWrittenAt = 0;
  let lastAction = "";
  return (progress) => {
    const text = progressText(progress);
    if (terminal) {
      const width = output.columns ?? 80;
      const fitted = text.length < width ? text : `${text.slice(0, width - 2)}…`;
      output.write(`\r\u001b[K${fitted}${progress.finished === true ? "\n" : ""}`);
      return;
    }
    const action = `${progress.step} ${progress.detail}`;
    const now = performance.now();
    const due = action !== lastAction || now - lastWrittenAt >= PLAIN_LINE_EVERY_MS;
    if (!due && progress.finished !== true) return;
    lastAction = action;
    lastWrittenAt = now;
    output.write(`${text}\n`);
  };
}
