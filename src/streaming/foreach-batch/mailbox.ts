import { ProtocolError } from "../../errors.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

/** A batch that waits on the server for a callback. */
export interface BatchOffer {
  /** A new id for each offer of a batch. An answer is valid only for its own attempt. */
  readonly attempt: string;
  /** The id of the client that may answer. */
  readonly holder: string;
  readonly batchId: bigint;
  /** The server's id of the batch's rows. */
  readonly relationId: string;
}

/** A client's answer for an attempt. */
export interface BatchAnswer {
  readonly attempt: string;
  readonly done: boolean;
  /** A counter, so that each renewal differs from the previous one. */
  readonly beat?: number;
  readonly error?: string | undefined;
}

/** What a process needs to bind its callback to a query that another process started. */
export interface BindingRecord {
  readonly bindingId: string;
  readonly leaseMs: number;
}

interface MailboxCallOptions {
  readonly deadlineMs?: number;
}

/** The prefix of one binding's configuration keys. The Python side receives it. */
export function mailboxPrefix(bindingId: string): string {
  return `sparktide.foreachBatch.${bindingId}.`;
}

/** The configuration key of a run's record. */
function recordKey(runId: string): string {
  return `sparktide.foreachBatch.query.${runId}`;
}

/** The record that another process stored for this run, or undefined. */
export async function findBinding(
  connection: SparkConnection,
  runId: string,
): Promise<BindingRecord | undefined> {
  const keys = [recordKey(runId)];
  const answer = await connection.client.config({ case: "getOption", value: { keys } });
  const text = answer.pairs[0]?.value;
  return text === undefined ? undefined : (JSON.parse(text) as BindingRecord);
}

/**
 * Exchanges messages between the server's Python and this client through the session's configuration. Both
 * can read and write it, and the client needs no open port. Keys are removed as soon as possible, because
 * Spark copies the configuration into the record of each execution.
 */
export class Mailbox {
  readonly #connection: SparkConnection;
  readonly #prefix: string;
  readonly #client: string;

  /** @param client this binding's own random id */
  constructor(connection: SparkConnection, bindingId: string, client: string) {
    this.#connection = connection;
    this.#prefix = mailboxPrefix(bindingId);
    this.#client = client;
  }

  /** The waiting batch, or undefined. */
  async offer(options: MailboxCallOptions = {}): Promise<BatchOffer | undefined> {
    const keys = [`${this.#prefix}offer`];
    const answer = await this.#connection.client.config(
      { case: "getOption", value: { keys } },
      options,
    );
    const text = answer.pairs[0]?.value;
    return text === undefined ? undefined : parseOffer(text);
  }

  /** Sends the state of an attempt, which also renews the lease. */
  async answer(answer: BatchAnswer, options: MailboxCallOptions = {}): Promise<void> {
    // Hexadecimal, because Spark hides values that contain words such as "token", and an error text may.
    const value = Buffer.from(JSON.stringify(answer)).toString("hex");
    await this.#set(`${this.#prefix}answer.${this.#client}`, value, options);
  }

  /** Stores the binding, so that a later process can take over. */
  async record(runId: string, record: BindingRecord): Promise<void> {
    await this.#set(recordKey(runId), JSON.stringify(record));
  }

  /** Takes over from another client: from now on only this client may answer. */
  async takeOver(): Promise<void> {
    await this.#set(`${this.#prefix}client`, this.#client);
  }

  /** Removes this client's keys, and with `runId` the binding's keys too. */
  async clear(runId: string | undefined, options: MailboxCallOptions = {}): Promise<void> {
    const keys = [`${this.#prefix}answer.${this.#client}`];
    if (runId !== undefined) {
      keys.push(`${this.#prefix}client`, `${this.#prefix}offer`, recordKey(runId));
    }
    await this.#connection.client.config({ case: "unset", value: { keys } }, options);
  }

  async #set(key: string, value: string, options: MailboxCallOptions = {}): Promise<void> {
    await this.#connection.client.config(
      { case: "set", value: { pairs: [{ key, value }] } },
      options,
    );
  }
}

function parseOffer(text: string): BatchOffer {
  const offer: unknown = JSON.parse(text);
  if (typeof offer === "object" && offer !== null) {
    const { attempt, holder, batchId, relationId } = offer as Record<string, unknown>;
    if (
      typeof attempt === "string" &&
      typeof holder === "string" &&
      typeof batchId === "string" &&
      typeof relationId === "string"
    ) {
      return { attempt, holder, batchId: BigInt(batchId), relationId };
    }
  }
  throw new ProtocolError(
    "NO_ANSWER",
    "The server offered a batch to foreachBatch in an unknown format.",
  );
}
