import { ProtocolError } from "../../errors.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

/** A batch that waits on the server for a client's callback. */
export interface BatchOffer {
  /** New each time the batch is offered; an answer counts for its own attempt only. */
  readonly attempt: string;
  /** The client whose answer counts. */
  readonly holder: string;
  readonly batchId: bigint;
  /** The batch's rows, as the server knows them. */
  readonly relationId: string;
}

/** What a client says about an attempt. */
export interface BatchAnswer {
  readonly attempt: string;
  readonly done: boolean;
  /** Makes each renewal differ from the one before. */
  readonly beat?: number;
  readonly error?: string | undefined;
}

/** What a process needs to bind its callback to a query that another one started. */
export interface BindingRecord {
  readonly bindingId: string;
  readonly leaseMs: number;
}

interface MailboxCallOptions {
  readonly deadlineMs?: number;
}

/** Below it are the keys of one binding; the Python side is told it. */
export function mailboxPrefix(bindingId: string): string {
  return `sparktide.foreachBatch.${bindingId}.`;
}

/** Where a run's record is found by its id. */
function recordKey(runId: string): string {
  return `sparktide.foreachBatch.query.${runId}`;
}

/** The record another process left for this run; undefined where there is none. */
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
 * The session's configuration as the place where the server's Python and this client leave word for
 * each other: both see it, and it needs no port on the client. Keys live as long as they are needed,
 * for Spark copies the configuration into each execution's record.
 */
export class Mailbox {
  readonly #connection: SparkConnection;
  readonly #prefix: string;
  readonly #client: string;

  /** @param client this binding's own name, unguessable */
  constructor(connection: SparkConnection, bindingId: string, client: string) {
    this.#connection = connection;
    this.#prefix = mailboxPrefix(bindingId);
    this.#client = client;
  }

  /** The batch that waits now. */
  async offer(options: MailboxCallOptions = {}): Promise<BatchOffer | undefined> {
    const keys = [`${this.#prefix}offer`];
    const answer = await this.#connection.client.config(
      { case: "getOption", value: { keys } },
      options,
    );
    const text = answer.pairs[0]?.value;
    return text === undefined ? undefined : parseOffer(text);
  }

  /** Says how an attempt stands, which also renews the lease. */
  async answer(answer: BatchAnswer, options: MailboxCallOptions = {}): Promise<void> {
    // In hexadecimal, for Spark hides values that hold words such as "token", as an error may.
    const value = Buffer.from(JSON.stringify(answer)).toString("hex");
    await this.#set(`${this.#prefix}answer.${this.#client}`, value, options);
  }

  /** Leaves word of the binding for a later process. */
  async record(runId: string, record: BindingRecord): Promise<void> {
    await this.#set(recordKey(runId), JSON.stringify(record));
  }

  /** Says that this client's answers count from now on. */
  async takeOver(): Promise<void> {
    await this.#set(`${this.#prefix}client`, this.#client);
  }

  /** Takes back what this client has left, and with `runId` what the binding has. */
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
  throw new ProtocolError("NO_ANSWER", "A batch was offered to foreachBatch in an unknown form.");
}
