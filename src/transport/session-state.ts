import { setMaxListeners } from "node:events";
import { ProtocolError, SessionError, type SparkError } from "../errors.js";
import { sessionChanged } from "./error-details.js";

/** The session ids that each answer of the server carries. */
export interface SessionAnswer {
  readonly sessionId: string;
  readonly serverSideSessionId: string;
}

/**
 * The state of one session, derived from its answers: new, then live from the first answer on, and finally
 * lost. It is lost when the server changed or closed it, or it was stopped here. A lost session stays lost.
 */
export class SessionState {
  readonly sessionId: string;
  /** Aborts all calls when the session is lost, with the error as reason. */
  readonly #ended = new AbortController();
  #serverSideSessionId: string | undefined;
  #lost: SparkError | undefined;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
    // Each running call adds a listener. Node would warn about a leak at the eleventh.
    setMaxListeners(0, this.#ended.signal);
  }

  /** The server's internal id of this session; undefined before its first answer. */
  get serverSideSessionId(): string | undefined {
    return this.#serverSideSessionId;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws {SparkError} the session is lost; the error says why */
  ensureOpen(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** A signal that aborts when the given signal aborts or the session is lost, with that reason. */
  signal(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined
      ? this.#ended.signal
      : AbortSignal.any([signal, this.#ended.signal]);
  }

  /** Marks the session as lost. Running and later calls reject with this error. */
  fail(error: SparkError): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#ended.abort(error);
  }

  /** Marks the session as stopped by this client. */
  stop(): void {
    this.fail(
      new SessionError(
        "SESSION_STOPPED",
        `Session ${this.sessionId} was stopped by this client. Create a new session.`,
        this.sessionId,
      ),
    );
  }

  /**
   * Checks that an answer belongs to this session, and to the same server-side session as the first answer.
   *
   * @throws {ProtocolError} the answer belongs to another session
   * @throws {SessionError} the server has replaced the session
   */
  verify(answer: SessionAnswer, operationId?: string): void {
    if (answer.sessionId !== "" && answer.sessionId !== this.sessionId) {
      throw new ProtocolError(
        "SESSION_MISMATCH",
        `The server answered a call of session ${this.sessionId} with an answer for session ${answer.sessionId}.`,
        operationId,
      );
    }
    const observed = answer.serverSideSessionId;
    if (observed === "") return;
    this.#serverSideSessionId ??= observed;
    if (this.#serverSideSessionId !== observed) {
      const changed = sessionChanged(this.sessionId);
      this.fail(changed);
      throw changed;
    }
  }
}
