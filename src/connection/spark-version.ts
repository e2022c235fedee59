import { UnsupportedOperationException } from "../errors.js";

/** A server's Spark version. */
export class SparkVersion {
  /** The server's text: `4.2.1`, `4.3.0-SNAPSHOT`. */
  readonly text: string;
  readonly #major: number;
  readonly #minor: number;

  constructor(text: string) {
    this.text = text;
    const [major = "", minor = ""] = text.split(".");
    this.#major = Number.parseInt(major, 10);
    this.#minor = Number.parseInt(minor, 10);
  }

  isAtLeast(major: number, minor: number): boolean {
    return this.#major > major || (this.#major === major && this.#minor >= minor);
  }

  /**
   * Refuses a feature that an older server would misread or not know.
   *
   * @throws {UnsupportedOperationException} the server is older
   */
  require(feature: string, major: number, minor: number): void {
    if (this.isAtLeast(major, minor)) return;
    throw new UnsupportedOperationException(
      `${feature} needs Spark ${major}.${minor} or newer; the server runs Spark ${this.text}.`,
      { errorClass: "NEEDS_NEWER_SPARK" },
    );
  }
}
