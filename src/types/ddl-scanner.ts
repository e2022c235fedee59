import { ArgumentError } from "../errors.js";

/** A piece of DDL text; `start` and `end` are its positions in the text, from 0. */
export interface DdlToken {
  readonly kind: "word" | "quoted" | "number" | "string" | "symbol" | "end";
  /** A name or string without its quotes; for other tokens the characters themselves. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** White space and comments: `-- …` to the end of the line, and `/* … *\/`. */
const SKIPPED = /(?:\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/)*/y;
const QUOTED = /`((?:[^`]|``)*)`/y;
const RAW_STRING = /[rR](?:'([^']*)'|"([^"]*)")/y;
const STRING = /'((?:[^'\\]|\\[\s\S]|'')*)'|"((?:[^"\\]|\\[\s\S]|"")*)"/y;
/** Spark reads `1a` as a name, `12` and `1e5` as numbers. */
const WORD = /[A-Za-z0-9_]+/y;
const NUMBER = /^(?:\d+(?:e\d+)?(?:[lsydf]|bd)?)$/i;

/** Escapes of Spark's string literals; a backslash before any other character is dropped. */
const ESCAPE = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;
const ESCAPED: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
  // LIKE patterns keep their escapes.
  "%": "\\%",
  _: "\\_",
};

function unescaped(content: string, quote: string): string {
  return content
    .replace(/\\[\s\S]|''|""/g, (pair) => (pair === quote + quote ? quote : pair))
    .replace(ESCAPE, (_, four?: string, eight?: string, octal?: string, other?: string) => {
      const hex = four ?? eight;
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      return ESCAPED[other ?? ""] ?? other ?? "";
    });
}

/** Reads DDL text token by token, as Spark's lexer does. */
export class DdlScanner {
  readonly #text: string;
  #next: DdlToken;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#scan(0);
  }

  /** The next token. */
  get next(): DdlToken {
    return this.#next;
  }

  /** Consumes the next token and returns it. */
  take(): DdlToken {
    const token = this.#next;
    if (token.kind !== "end") this.#next = this.#scan(token.end);
    return token;
  }

  /** Consumes the next token if it is this keyword, in any case, or this symbol. */
  skip(text: string): boolean {
    const { kind, text: found } = this.#next;
    const same =
      kind === "word" ? found.toUpperCase() === text : kind === "symbol" && found === text;
    if (same) this.take();
    return same;
  }

  /** A copy of the scanner at the same position, to look ahead with. */
  copy(): DdlScanner {
    const copy = new DdlScanner(this.#text);
    copy.#next = this.#next;
    return copy;
  }

  /** The text between two positions. */
  slice(start: number, end: number): string {
    return this.#text.slice(start, end);
  }

  /** The error for a token, by default the next one; `problem` says what was expected there. */
  refuse(problem: string, at: DdlToken = this.#next): DdlError {
    const found =
      at.kind === "end" ? "the text ends" : `found ${JSON.stringify(this.slice(at.start, at.end))}`;
    return new DdlError(at.start, `DDL text, character ${at.start + 1}: ${found}, but ${problem}.`);
  }

  #match(pattern: RegExp, from: number): RegExpExecArray | null {
    pattern.lastIndex = from;
    return pattern.exec(this.#text);
  }

  #scan(from: number): DdlToken {
    const start = from + (this.#match(SKIPPED, from)?.[0].length ?? 0);
    if (start >= this.#text.length) return { kind: "end", text: "", start, end: start };
    const token = (kind: DdlToken["kind"], text: string, length: number): DdlToken => ({
      kind,
      text,
      start,
      end: start + length,
    });
    const quoted = this.#match(QUOTED, start);
    if (quoted !== null)
      return token("quoted", (quoted[1] ?? "").replaceAll("``", "`"), quoted[0].length);
    const raw = this.#match(RAW_STRING, start);
    if (raw !== null) return token("string", raw[1] ?? raw[2] ?? "", raw[0].length);
    const string = this.#match(STRING, start);
    if (string !== null) {
      const [whole, single, double] = string;
      return token("string", unescaped(single ?? double ?? "", whole.charAt(0)), whole.length);
    }
    const word = this.#match(WORD, start)?.[0];
    if (word !== undefined) return token(NUMBER.test(word) ? "number" : "word", word, word.length);
    return token("symbol", String.fromCodePoint(this.#text.codePointAt(start) ?? 0), 1);
  }
}

/** A text is not valid DDL of a type, from a position on. */
export class DdlError extends ArgumentError {
  /** The position in the text, from 0. */
  readonly position: number;

  constructor(position: number, message: string) {
    super("ddl", message);
    this.position = position;
  }
}
