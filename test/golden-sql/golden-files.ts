import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The expected result of a statement in a golden file. */
export interface GoldenStatement {
  /** Position in the file, from 0. */
  readonly index: number;
  readonly sql: string;
  /** The schema; `struct<>` for an error and for a statement without rows. */
  readonly schema: string;
  /** The rows as text, one line each; or the Java class and the JSON of the error. */
  readonly output: string;
}

/** One file of Spark's SQL tests. */
export interface GoldenFile {
  /** `postgreSQL/float8.sql`. */
  readonly name: string;
  /** Settings for the whole file. */
  readonly conf: Readonly<Record<string, string>>;
  readonly statements: readonly GoldenStatement[];
}

/** Files that need Scala functions and classes from Spark's test build. */
const NEEDS_TEST_CLASSES = /^(udf|udaf|udtf)\/|^ignored\.sql$/;

/** Settings that Spark's test suite uses for these folders. */
const FOLDER_CONF: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^nonansi\//, { "spark.sql.ansi.enabled": "false" }],
  [/^postgreSQL\//, { "spark.sql.legacy.interval.enabled": "true" }],
  [/^timestampNTZ\//, { "spark.sql.timestampType": "TIMESTAMP_NTZ" }],
];

/** The files of `folder` that run without Spark's test classes, and the names of the other files. */
export function goldenFiles(folder: string): { files: GoldenFile[]; left: string[] } {
  const inputs = join(folder, "sql-tests", "inputs");
  const names = readdirSync(inputs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sql"))
    .map((entry) => relative(inputs, join(entry.parentPath, entry.name)))
    .sort();
  const left = names.filter((name) => NEEDS_TEST_CLASSES.test(name));
  const files = names
    .filter((name) => !NEEDS_TEST_CLASSES.test(name))
    .map((name) => ({
      name,
      conf: { ...folderConf(name), ...fileConf(inputs, name) },
      statements: statements(join(folder, "sql-tests", "results", `${name}.out`)),
    }));
  return { files, left };
}

function folderConf(name: string): Record<string, string> {
  const found = FOLDER_CONF.filter(([pattern]) => pattern.test(name)).map(([, conf]) => conf);
  return Object.assign({}, ...found) as Record<string, string>;
}

/**
 * The settings in the comments of a file: all of `--SET a=1,b=2`, and the first of `--CONFIG_DIM1`, whose
 * settings must all give the same result. A file also has the settings of the files that it imports.
 */
function fileConf(inputs: string, name: string): Record<string, string> {
  const conf: Record<string, string> = {};
  const dimensions = new Set<string>();
  for (const line of readFileSync(join(inputs, name), "utf8").split("\n")) {
    const imported = /^--IMPORT (\S+)/.exec(line)?.[1];
    if (imported !== undefined) Object.assign(conf, fileConf(inputs, imported));
    const [, kind, settings] = /^--(SET|CONFIG_DIM\d+) (.*)$/.exec(line) ?? [];
    if (kind === undefined || settings === undefined || dimensions.has(kind)) continue;
    if (kind !== "SET") dimensions.add(kind);
    for (const setting of settings.split(",")) {
      const [key = "", value = ""] = setting.split("=", 2);
      conf[key.trim()] = value.trim();
    }
  }
  return conf;
}

function statements(resultFile: string): GoldenStatement[] {
  const [, ...parts] = readFileSync(resultFile, "utf8").split(/^-- !query.*\n/m);
  if (parts.length % 3 !== 0) throw new Error(`${resultFile} has ${parts.length} parts.`);
  return Array.from({ length: parts.length / 3 }, (_, index) => ({
    index,
    sql: (parts[index * 3] ?? "").trim(),
    schema: (parts[index * 3 + 1] ?? "").trim(),
    output: (parts[index * 3 + 2] ?? "").trimEnd(),
  }));
}
