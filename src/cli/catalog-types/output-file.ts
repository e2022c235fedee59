import { constants } from "node:fs";
import { access, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UsageError } from "../exit-code.js";
import { FIRST_WORDS, type FileKind } from "./declarations-file.js";

/** The file that the command writes or checks. */
export class OutputFile {
  readonly path: string;
  /** The text of the file, with `\n` at the end of each line. Empty if the file does not exist. */
  readonly text: string;

  private constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /**
   * Reads the file, if it exists. Checks before the first call to Spark that the command may write it.
   *
   * @throws {UsageError} the path is missing or wrong, or the file has another origin
   */
  static async open(path: string | undefined, onlyRead: boolean): Promise<OutputFile> {
    if (path === undefined) {
      throw new UsageError(
        "--out is missing. Give the file to write: --out src/spark-tables.d.ts.",
      );
    }
    if (!path.endsWith(".ts")) {
      throw new UsageError(`--out must be a file that ends with .d.ts or .ts, got ${path}.`);
    }
    let text = "";
    let existing = path;
    try {
      // Git may check the file out with the line ends of Windows.
      text = (await readFile(path, "utf8")).replaceAll("\r\n", "\n");
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT") throw new UsageError(`--out ${path} cannot be read (${code}).`);
      existing = dirname(path);
    }
    if (text.trim() !== "" && !text.startsWith(FIRST_WORDS)) {
      throw new UsageError(
        `--out ${path} exists, and this command did not write it. Give another path, or remove the file.`,
      );
    }
    if (!onlyRead) await requireWritable(path, existing);
    return new OutputFile(path, text);
  }

  get kind(): FileKind {
    return this.path.endsWith(".d.ts") ? "declarations" : "module";
  }

  /** Replaces the content of the file. */
  async write(text: string): Promise<void> {
    await writeFile(this.path, text);
  }
}

async function requireWritable(path: string, existing: string): Promise<void> {
  try {
    await access(existing, constants.W_OK);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT"
        ? `--out ${path}: the folder ${existing} does not exist. Create it first.`
        : `--out ${path} cannot be written (${code}).`,
    );
  }
}
