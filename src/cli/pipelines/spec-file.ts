import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import { suggestion } from "../../near-name.js";
import { shown } from "../../value-kind.js";
import { UsageError } from "../exit-code.js";

/** What `spark-pipeline.yml` says. It has the keys of PySpark's `spark-pipelines`. */
export interface PipelineSpec {
  /** The path of the file. */
  readonly path: string;
  /** The folder of the file. Globs are relative to it. */
  readonly folder: string;
  readonly name: string;
  readonly storage: string;
  readonly catalog: string | undefined;
  readonly database: string | undefined;
  readonly configuration: Readonly<Record<string, string>>;
  /** `include` of each library. */
  readonly libraries: readonly string[];
}

const FILE_NAMES = ["spark-pipeline.yml", "spark-pipeline.yaml"] as const;
const KEYS = [
  ...["name", "storage", "catalog", "database", "schema", "configuration", "libraries"],
] as const;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * The specification of a pipeline: the given file, else the one in the folder or the nearest folder above it.
 *
 * @param given the value of --spec
 * @throws {UsageError} there is no file, or a folder has two
 */
export async function findSpec(given: string | undefined, folder: string): Promise<string> {
  if (given !== undefined) {
    if (await isFile(given)) return given;
    throw new UsageError(`--spec ${given} is not a file.`);
  }
  for (let each = resolve(folder); ; each = dirname(each)) {
    const found: string[] = [];
    for (const name of FILE_NAMES) if (await isFile(join(each, name))) found.push(join(each, name));
    const [path, second] = found;
    if (second !== undefined)
      throw new UsageError(
        `${each} has ${FILE_NAMES.join(" and ")}. Remove one of them, or name one with --spec.`,
      );
    if (path !== undefined) return path;
    if (dirname(each) === each)
      throw new UsageError(
        `No ${FILE_NAMES[0]} is in ${folder} or a folder above it. Name the file with --spec, or create a project with sparktide pipelines init NAME.`,
      );
  }
}

/**
 * Reads a specification.
 *
 * @throws {UsageError} the file cannot be read, or its content is wrong; the message names the line
 */
export async function readSpec(path: string): Promise<PipelineSpec> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} cannot be read (${code}).`);
  }
  return parseSpec(text, path);
}

/** Reads the text of a specification. `path` is for messages and for the folder of the globs. */
export function parseSpec(text: string, path: string): PipelineSpec {
  const reader = new SpecReader(text, path);
  const { contents } = reader;
  if (contents === null) throw reader.problem(undefined, "is empty. name and storage are required");
  const fields = reader.fields(contents, "the file", KEYS);
  const { name, storage } = fields;
  for (const [key, field] of Object.entries({ name, storage }))
    if (field === undefined) throw reader.problem(contents, `${key} is missing`);
  const [database, schema] = [
    reader.optionalText("database", fields["database"]),
    reader.optionalText("schema", fields["schema"]),
  ];
  if (database !== undefined && schema !== undefined && database !== schema)
    throw reader.problem(
      fields["schema"],
      "schema is another word for database, and both are set. Remove one of them",
    );
  return {
    path,
    folder: dirname(resolve(path)),
    name: reader.text("name", name),
    storage: reader.text("storage", storage),
    catalog: reader.optionalText("catalog", fields["catalog"]),
    database: database ?? schema,
    configuration: reader.texts("configuration", fields["configuration"]),
    libraries: reader.libraries(fields["libraries"]),
  };
}

type Field = Node | null | undefined;

/** Reads values of a YAML file, with errors that name the line. */
class SpecReader {
  readonly #path: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string, path: string) {
    this.#path = path;
    // PySpark's reader follows YAML 1.1, in which yes and no are booleans.
    this.#document = parseDocument(text, { version: "1.1", lineCounter: this.#lines });
    const [error] = this.#document.errors;
    if (error === undefined) return;
    const [what = ""] = error.message.split(/ at line \d+|\n/);
    throw this.#at(error.pos[0], `is not YAML: ${what.trim().replace(/\.$/, "")}`);
  }

  get contents(): Node | null {
    return this.#document.contents;
  }

  problem(node: Field, message: string): UsageError {
    return this.#at(node?.range?.[0], message);
  }

  #at(offset: number | undefined, message: string): UsageError {
    const line = offset === undefined ? "" : `:${this.#lines.linePos(offset).line}`;
    return new UsageError(`${this.#path}${line}: ${message}.`);
  }

  /** The values of a map by their keys. */
  fields(
    node: Field,
    what: string,
    known?: readonly string[],
  ): Readonly<Record<string, Node | null>> {
    if (!isMap(node)) throw this.problem(node, `${what} must have keys and values`);
    const fields = new Map<string, Node | null>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.value : undefined;
      if (typeof name !== "string")
        throw this.problem(key as Node | null, `a key of ${what} is not text. Put it in quotes`);
      if (known !== undefined && !known.includes(name))
        throw this.problem(
          key as Node,
          `unknown key ${name}.${suggestion(name, known)} The keys of ${what} are ${known.join(", ")}`,
        );
      fields.set(name, value as Node | null);
    }
    return Object.fromEntries(fields);
  }

  text(what: string, node: Field): string {
    const value: unknown = node?.toJS(this.#document) ?? null;
    if (typeof value === "string" && value !== "") return value;
    if (value === null || value === "") throw this.problem(node, `${what} is empty`);
    const advice = typeof value === "object" ? "" : ". Put the value in quotes";
    throw this.problem(node, `${what} must be text, got ${shown(value)}${advice}`);
  }

  optionalText(what: string, node: Field): string | undefined {
    const value: unknown = node?.toJS(this.#document) ?? null;
    return value === null ? undefined : this.text(what, node);
  }

  texts(what: string, node: Field): Record<string, string> {
    if (node === undefined) return {};
    const entries = Object.entries(this.fields(node, what)).map(([key, value]) => {
      const given: unknown = value?.toJS(this.#document) ?? null;
      // An empty text is a value of a setting. The message does not have the value, because it may be a secret.
      if (typeof given === "string") return [key, given] as const;
      throw this.problem(value, `${what}: the value of ${key} is not text. Put it in quotes`);
    });
    return Object.fromEntries(entries);
  }

  libraries(node: Field): string[] {
    if (node === undefined) return [];
    if (!isSeq(node)) throw this.problem(node, "libraries must be a list");
    return (node.items as (Node | null)[]).map((item) => {
      const { glob } = this.fields(item, "a library", ["glob"]);
      if (glob === undefined) throw this.problem(item, "a library needs glob");
      const { include } = this.fields(glob, "glob", ["include"]);
      if (include === undefined) throw this.problem(item, "glob needs include");
      const pattern = this.text("include", include);
      const isPlain = !/[*?[\]]/.test(pattern.replace(/\/\*\*$/, ""));
      if (isPlain) return pattern;
      throw this.problem(
        include,
        `include must be a file, or a folder with /** at its end, got ${pattern}`,
      );
    });
  }
}
