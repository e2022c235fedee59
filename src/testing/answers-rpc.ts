/** Waits until Spark in a container answers an RPC. */
import { setTimeout as delay } from "node:timers/promises";
import type { WaitStrategy } from "testcontainers";
import { sparkVersionAt } from "../transport/server-version.js";
import { LocalSparkError } from "../errors.js";

type RunningContainer = Parameters<WaitStrategy["waitUntilReady"]>[0];
type Ports = Parameters<WaitStrategy["waitUntilReady"]>[1];

/** Enough for Java, Python and Delta on a small machine. */
const DEFAULT_TIMEOUT_MS = 120_000;

/** Pause between two attempts. */
const PROBE_EVERY_MS = 250;

/** The longest wait of one attempt. A mapped port accepts connections long before Spark listens behind it. */
const ATTEMPT_MS = 10_000;

/** The number of last log lines that an error quotes. */
const QUOTED_LINES = 20;

const FRAME_HEADER_BYTES = 8;

/** Asks Spark for its version until it answers. Fails if the container ends, and at the deadline. */
export class AnswersRpc implements WaitStrategy {
  readonly #urlAt: (ports: Ports) => Promise<string>;
  #timeoutMs: number | undefined;

  /** @param urlAt returns the server's connection string for the mapped ports */
  constructor(urlAt: (ports: Ports) => Promise<string>) {
    this.#urlAt = urlAt;
  }

  withStartupTimeout(startupTimeoutMs: number): this {
    this.#timeoutMs = startupTimeoutMs;
    return this;
  }

  isStartupTimeoutSet(): boolean {
    return this.#timeoutMs !== undefined;
  }

  getStartupTimeout(): number {
    return this.#timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  async waitUntilReady(container: RunningContainer, ports: Ports): Promise<void> {
    const url = await this.#urlAt(ports);
    const endsAt = performance.now() + this.getStartupTimeout();
    for (;;) {
      const leftMs = endsAt - performance.now();
      try {
        const patience = Math.max(1, Math.min(ATTEMPT_MS, leftMs));
        await sparkVersionAt(url, AbortSignal.timeout(patience), { allowInsecureToken: true });
        return;
      } catch (error) {
        const { State: state } = await container.inspect();
        if (!state.Running) {
          const what = `The container ended with exit code ${state.ExitCode} while Spark started.`;
          throw await failure("CONTAINER_EXITED", what, container, error, state.ExitCode);
        }
        if (performance.now() >= endsAt) {
          const seconds = this.getStartupTimeout() / 1000;
          const what = `Spark in the container did not answer within ${seconds} s. Allow more time with withStartupTimeout(), or give it more memory and cores.`;
          throw await failure("START_TIMEOUT", what, container, error);
        }
      }
      await delay(PROBE_EVERY_MS);
    }
  }
}

async function failure(
  code: string,
  what: string,
  container: RunningContainer,
  cause: unknown,
  exitCode?: number,
): Promise<LocalSparkError> {
  const logTail = await logTailOf(container);
  return new LocalSparkError(code, `${what} The end of its log:\n${logTail}`, {
    exitCode,
    logTail,
    cause,
  });
}

/** The last lines of a container's log. Docker sends it as frames of standard output and standard error. */
async function logTailOf(container: RunningContainer): Promise<string> {
  const frames = await container.logs({ stdout: true, stderr: true, tail: QUOTED_LINES });
  const parts: Buffer[] = [];
  // A frame has one byte for the stream, three zero bytes, four bytes with the length, then the text.
  for (let at = 0; at + FRAME_HEADER_BYTES <= frames.length;) {
    const end = at + FRAME_HEADER_BYTES + frames.readUInt32BE(at + 4);
    parts.push(frames.subarray(at + FRAME_HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8").trimEnd();
}
