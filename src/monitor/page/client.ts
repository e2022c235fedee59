// Requests to the monitor. All addresses are relative, because the monitor may be mounted below a path.
import type { CommandDocument, CommandName, FailureDocument } from "../documents.js";

/** The monitor answered with an error, or did not answer. */
export class RequestError extends Error {
  /** The HTTP status. Undefined if no answer came. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = "RequestError";
    this.status = status;
  }

  get needsToken(): boolean {
    return this.status === 401;
  }
}

/** Requests with the reader's token. */
export class Client {
  #token: string | undefined;

  constructor(token?: string) {
    this.#token = token;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  setToken(token: string | undefined): void {
    this.#token = token;
  }

  /** The document at an address such as `api/streams`. */
  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    const answer = await this.open(path, {
      headers: { accept: "application/json" },
      ...(signal === undefined ? {} : { signal }),
    });
    return (await answer.json()) as T;
  }

  /** Sends a command. Resolves when the monitor has done it. */
  async command(stream: string, command: CommandName): Promise<CommandDocument> {
    const answer = await this.open(`${streamPath(stream)}/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-sparktide-command": "1" },
      body: "{}",
    });
    return (await answer.json()) as CommandDocument;
  }

  /**
   * Sends a request, and returns the answer without its body.
   *
   * @throws {RequestError} the monitor did not answer, or answered with an error
   */
  async open(
    path: string,
    request: {
      method?: string;
      headers: Record<string, string>;
      body?: string;
      signal?: AbortSignal;
    },
  ): Promise<Response> {
    const headers = { ...request.headers };
    if (this.#token !== undefined) headers["authorization"] = `Bearer ${this.#token}`;
    let answer: Response;
    try {
      answer = await fetch(path, { ...request, headers, cache: "no-store" });
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      throw new RequestError("The monitor does not answer.");
    }
    if (answer.ok) return answer;
    throw new RequestError(await failureText(answer), answer.status);
  }
}

async function failureText(answer: Response): Promise<string> {
  try {
    const { error } = (await answer.json()) as FailureDocument;
    return error.message;
  } catch {
    return `The monitor answered with HTTP status ${answer.status}.`;
  }
}

/** The address of a stream's document. */
export function streamPath(name: string): string {
  return `api/streams/${encodeURIComponent(name)}`;
}
