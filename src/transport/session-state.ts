import { setMaxListeners } from "node:events";
import { ProtocolError, SessionError, type SparkError } from "../errors.js";
import { sessionChanged } from "./error-details.js";

/** What each answer of the server says about the session it belongs to. */
export interface SessionAnswer {
  readonly sessionId: string;
  readonly serverSideSessionId: string;
}

/**
 * One session as its answers show it: new, live from the first answer on, and in the end lost (found
 * changed or closed on the server, or stopped here). Lost is for good.
 */
export class SessionState {
  readonly sessionId: string;
  /** Aborted when the session is lost, so that no call outlives it; its reason is the error. */
  readonly #ended = new AbortController();
  #serverSideSessionId: string | undefined;
  #lost: SparkError | undefined;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
    // Each call under way listens once; Node would warn of a leak at the eleventh.
    setMaxListeners(0, this.#ended.signal);
  }

  /** The server's own id of this session; undefined before its first answer. */
  get serverSideSessionId(): string | undefined {
    return this.#serverSideSessionId;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws {SparkError} why the session was lost */
  ensureOpen(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** Aborts when the given signal does or the session is lost, with the reason of whichever it was. */
  signal(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined
      ? this.#ended.signal
      : AbortSignal.any([signal, this.#ended.signal]);
  }

  /** Loses the session: calls under way and later ones are rejected with this error. */
  fail(error: SparkError): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#ended.abort(error);
  }

  /** The session was ended from here. */
  stop(): void {
    this.fail(
      new SessionError(
        "SESSION_STOPPED",
        `Session ${this.sessionId} was stopped here. Make a new session.`,
        this.sessionId,
      ),
    );
  }

  /**
   * Checks that an answer is of this session, and of the same server-side session as the first one.
   *
   * @throws {ProtocolError} it is another session's
   * @throws {SessionError} the server has replaced the session
   */
  verify(answer: SessionAnswer, operationId?: string): void {
    if (answer.sessionId !== "" && answer.sessionId !== this.sessionId) {
      throw new ProtocolError(
        "SESSION_MISMATCH",
        `The server answered session ${this.sessionId} with an answer of session ${answer.sessionId}.`,
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
