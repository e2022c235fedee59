import { ProtocolError } from "../errors.js";

/** How many response ids to remember for each operation. */
const REMEMBERED = 1024;

/**
 * Detects repeated responses of one operation. It remembers only the latest ids, because a server would repeat
 * its last responses. An older repeated batch fails the check of its row offset.
 */
export class ResponseIds {
  readonly #operationId: string;
  readonly #received = new Set<string>();

  constructor(operationId: string) {
    this.#operationId = operationId;
  }

  /** @throws {ProtocolError} the response was already received */
  note(responseId: string): void {
    if (this.#received.has(responseId)) {
      throw new ProtocolError(
        "RESPONSE_REPEATED",
        `The server sent response ${responseId} of operation ${this.#operationId} twice, so the result may be wrong. Run the query again.`,
        this.#operationId,
      );
    }
    this.#received.add(responseId);
    const [oldest] = this.#received;
    if (this.#received.size > REMEMBERED && oldest !== undefined) this.#received.delete(oldest);
  }
}
