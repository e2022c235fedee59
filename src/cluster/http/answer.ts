import type { RestAnswer } from "../rest-http.js";
import { parseExactJson } from "./exact-json.js";
import type { Reply } from "./exchange.js";
import { HttpError } from "./http-error.js";

/** A complete answer; see {@link RestAnswer}. */
export class Answer implements RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly bytes: Buffer;
  /** The URL for messages, without credentials. */
  readonly #shownUrl: string;

  constructor({ status, headers, body }: Reply, url: string, shownUrl: string) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.bytes = body;
    this.#shownUrl = shownUrl;
  }

  text(): string {
    const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(this.headers["content-type"] ?? "")?.[1];
    try {
      // A byte order mark of UTF-8 is removed by TextDecoder itself.
      return new TextDecoder(markedCharset(this.bytes) ?? charset ?? "utf-8").decode(this.bytes);
    } catch {
      throw this.error(`has the encoding ${charset ?? ""}, which Node.js does not know`);
    }
  }

  json(): unknown {
    const text = this.text();
    try {
      return parseExactJson(text);
    } catch {
      throw this.error(
        `answered with ${this.bytes.length} bytes of ${this.headers["content-type"] ?? "no type"} that are not JSON`,
      );
    }
  }

  error(problem: string): HttpError {
    return new HttpError(`${this.#shownUrl}: ${problem}.`, { status: this.status });
  }
}

function markedCharset(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}
