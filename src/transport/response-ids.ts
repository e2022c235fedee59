import { ProtocolError } from "../errors.js";

/** Response ids kept per operation, to find one that comes twice. */
const REMEMBERED = 1024;

/**
 * The response ids of one operation. Only the latest are remembered: a server repeats what it sent
 * last, and a repeated batch of long ago fails by its row offset.
 */
export class ResponseIds {
  readonly #operationId: string;
  readonly #received = new Set<string>();

  constructor(operationId: string) {
    this.#operationId = operationId;
  }

  /** @throws {ProtocolError} the response came before */
  note(responseId: string): void {
    if (this.#received.has(responseId)) {
      throw new ProtocolError(
        "RESPONSE_REPEATED",
        `The server sent response ${responseId} of operation ${this.#operationId} twice; the result must not be trusted. Run it again.`,
        this.#operationId,
      );
    }
    this.#received.add(responseId);
    const [oldest] = this.#received;
    if (this.#received.size > REMEMBERED && oldest !== undefined) this.#received.delete(oldest);
  }
}
