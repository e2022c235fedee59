import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../exit-code.js";

/** The files of a new project: a view in TypeScript and a view in SQL that reads it. */
const TYPESCRIPT = `import type { Pipeline } from "sparktide/pipelines";

export default function (pipeline: Pipeline): void {
  pipeline.materializedView("example_typescript_materialized_view", (spark) => spark.range(10));
}
`;

const SQL = `CREATE MATERIALIZED VIEW example_sql_materialized_view AS
SELECT id FROM example_typescript_materialized_view
WHERE id % 2 = 0;
`;

function specText(name: string, storage: string): string {
  // JSON text is YAML too, and keeps any character.
  return `name: ${JSON.stringify(name)}
storage: ${JSON.stringify(storage)}
libraries:
  - glob:
      include: transformations/**
`;
}

/**
 * Creates the folder of a project with a sample pipeline.
 *
 * @param name the name of the pipeline and of the folder
 * @returns the path of the folder
 * @throws {UsageError} the name is not one for a folder, or the folder exists or cannot be created
 */
export async function createProject(name: string): Promise<string> {
  if (!/^[^/\\]+$/.test(name) || name === "." || name === "..")
    throw new UsageError(
      `NAME must be the name of a new folder in this folder, got ${JSON.stringify(name)}.`,
    );
  const folder = resolve(name);
  try {
    await mkdir(folder);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "EEXIST"
        ? `${name} exists already. Choose another name, or remove it.`
        : `The folder ${name} cannot be created (${code}).`,
    );
  }
  const storage = join(folder, "pipeline-storage");
  await mkdir(storage);
  await mkdir(join(folder, "transformations"));
  for (const [path, text] of [
    ["spark-pipeline.yml", specText(name, pathToFileURL(storage).href)],
    ["transformations/example_typescript_materialized_view.ts", TYPESCRIPT],
    ["transformations/example_sql_materialized_view.sql", SQL],
  ] as const)
    await writeFile(join(folder, path), text);
  return folder;
}
