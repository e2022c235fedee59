import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/exit-code.js";
import { libraryFiles } from "../../../src/cli/pipelines/library-files.js";
import { createProject } from "../../../src/cli/pipelines/sample-project.js";
import { findSpec, parseSpec, readSpec } from "../../../src/cli/pipelines/spec-file.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sparktide-pipelines-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text = ""): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

/** The message with which a text is refused. */
function refusal(text: string): string {
  try {
    parseSpec(text, "p.yml");
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error(`not refused: ${text}`);
}

describe("the specification of a pipeline", () => {
  it("has PySpark's keys", () => {
    const text = `
name: markets
storage: file:///data/markets
catalog: lake
schema: markets
configuration:
  spark.sql.shuffle.partitions: "8"
  empty: ""
libraries:
  - glob:
      include: transformations/**
  - glob: { include: extra.sql }
`;
    expect(parseSpec(text, "/project/spark-pipeline.yml")).toEqual({
      path: "/project/spark-pipeline.yml",
      folder: "/project",
      name: "markets",
      storage: "file:///data/markets",
      catalog: "lake",
      database: "markets",
      configuration: { "spark.sql.shuffle.partitions": "8", empty: "" },
      libraries: ["transformations/**", "extra.sql"],
    });
    expect(parseSpec("name: a\nstorage: file:///b\ncatalog:\n", "p.yml")).toMatchObject({
      catalog: undefined,
      database: undefined,
      configuration: {},
      libraries: [],
    });
  });

  it.each([
    ["", "p.yml: is empty. name and storage are required."],
    ["- a", "p.yml:1: the file must have keys and values."],
    ["name: a", "p.yml:1: storage is missing."],
    ["storage: file:///b", "p.yml:1: name is missing."],
    [
      "name: a\nstorge: file:///b",
      "p.yml:2: unknown key storge. Did you mean storage? The keys of the file are name, storage, catalog, database, schema, configuration, libraries.",
    ],
    ["name: 5\nstorage: b", "p.yml:1: name must be text, got 5. Put the value in quotes."],
    ["name: a\nstorage:", "p.yml:2: storage is empty."],
    ["name: a\nstorage: b\ncatalog: [c]", "p.yml:3: catalog must be text, got"],
    ["name: a\nstorage: b\nname: c", "p.yml:3: is not YAML: Map keys must be unique."],
    [
      "name: a\nstorage: b\ndatabase: c\nschema: d",
      "p.yml:4: schema is another word for database, and both are set. Remove one of them.",
    ],
    ["name: a\n  storage: b", "p.yml:1: is not YAML: "],
  ])("refuses %j and names the line", (text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it.each([
    ["configuration:", "p.yml:3: configuration must have keys and values."],
    ["configuration: [a]", "p.yml:3: configuration must have keys and values."],
    [
      "configuration:\n  a: b\n  spark.partitions: 8",
      "p.yml:5: configuration: the value of spark.partitions is not text. Put it in quotes.",
    ],
    ["configuration:\n  a: yes", "p.yml:4: configuration: the value of a is not text."],
    ["configuration:\n  5: a", "p.yml:4: a key of configuration is not text."],
    ["libraries: a", "p.yml:3: libraries must be a list."],
    ["libraries:\n  - file: a", "p.yml:4: unknown key file. The keys of a library are glob."],
    ["libraries:\n  - {}", "p.yml:4: a library needs glob."],
    ["libraries:\n  - glob: {}", "p.yml:4: glob needs include."],
    ["libraries:\n  - glob: { incude: a }", "unknown key incude. Did you mean include?"],
    [
      "libraries:\n  - glob: { include: a/**/*.sql }",
      "p.yml:4: include must be a file, or a folder with /** at its end, got a/**/*.sql.",
    ],
    ["libraries:\n  - glob: { include: '*.sql' }", "include must be a file"],
    ["libraries:\n  - glob: { include: 'a?/**' }", "include must be a file"],
  ])("refuses %j", (text, message) => {
    expect(refusal(`name: a\nstorage: b\n${text}`)).toContain(message);
  });

  it("does not repeat a value of configuration, which may be a secret", () => {
    expect(
      refusal("name: a\nstorage: b\nconfiguration:\n  spark.key: [very-secret]"),
    ).not.toContain("very-secret");
  });

  it("is found in the folder or above it, and refused if a folder has two", async () => {
    const folder = dirname(write("project/a/b/file"));
    const spec = write("project/spark-pipeline.yaml");
    expect(await findSpec(undefined, folder)).toBe(spec);
    const nearer = write("project/a/spark-pipeline.yml");
    expect(await findSpec(undefined, folder)).toBe(nearer);
    expect(await findSpec(spec, folder)).toBe(spec);
    write("project/a/spark-pipeline.yaml");
    await expect(findSpec(undefined, folder)).rejects.toThrow(
      `${dirname(nearer)} has spark-pipeline.yml and spark-pipeline.yaml.`,
    );
    await expect(findSpec(join(root, "no.yml"), folder)).rejects.toThrow("is not a file");
    await expect(findSpec(folder, folder)).rejects.toThrow("is not a file");
  });
});

describe("the libraries of a pipeline", () => {
  async function shown(...libraries: readonly string[]): Promise<string[]> {
    const files = await libraryFiles({ path: "p.yml", folder: root, libraries });
    return files.map(({ kind, shown: path }) => `${kind} ${path}`);
  }

  it("are the files below a folder in the order of their paths, without declarations, packages and hidden files", async () => {
    for (const path of [
      ...["t/b.sql", "t/a.ts", "t/deep/er/c.mjs", "t/types.d.ts", "t/types.d.cts"],
      ...["t/node_modules/x/index.js", "t/.git/x.sql", "t/.eslintrc.cjs", "t/__pycache__/x.pyc"],
    ])
      write(path);
    write("elsewhere/d.cts");
    symlinkSync(join(root, "elsewhere"), join(root, "t/link"));
    const found = ["module t/a.ts", "sql t/b.sql", "module t/deep/er/c.mjs", "module t/link/d.cts"];
    expect(await shown("t/**")).toEqual(found);
    // Two globs may match a file.
    expect(await shown("t/b.sql", "t/**")).toEqual([found[1], found[0], found[2], found[3]]);
    expect(await shown("../".concat(root.split("/").at(-1) ?? "", "/t/b.sql"))).toEqual([found[1]]);
  });

  it("are refused if they are missing, a folder without /**, or of another kind", async () => {
    write("t/old.py");
    write("u/notes.md");
    write("v/types.d.ts");
    await expect(shown("t/**")).rejects.toThrow(
      "The library t/old.py is Python. Run it with PySpark's spark-pipelines, or write it in TypeScript or SQL: see docs/guides/pipelines.md.",
    );
    await expect(shown("u/**")).rejects.toThrow("The library u/notes.md has an unknown extension.");
    await expect(shown("v/types.d.ts")).rejects.toThrow("has an unknown extension");
    await expect(shown("u")).rejects.toThrow("The library u is a folder. Write u/**.");
    await expect(shown("u/notes.md/**")).rejects.toThrow("is not a folder");
    await expect(shown("w/**")).rejects.toThrow("The library w/** cannot be read (ENOENT)");
    await expect(shown("v/**")).rejects.toThrow("p.yml: no file matches libraries");
    await expect(shown()).rejects.toThrow("p.yml: no file matches libraries");
  });
});

describe("a new project", () => {
  it("has a specification that names its storage, and one library in TypeScript and one in SQL", async () => {
    const name = join(root, "x");
    const before = process.cwd();
    process.chdir(root);
    try {
      const folder = await createProject("it's: new");
      const spec = await readSpec(join(folder, "spark-pipeline.yml"));
      expect(spec).toMatchObject({ name: "it's: new", libraries: ["transformations/**"] });
      expect(spec.storage).toMatch(/^file:\/\/\/.*\/it's:%20new\/pipeline-storage$/);
      expect((await libraryFiles(spec)).map(({ kind }) => kind)).toEqual(["sql", "module"]);
      await expect(createProject("it's: new")).rejects.toThrow("exists already");
    } finally {
      process.chdir(before);
    }
    await expect(createProject(name)).rejects.toThrow("NAME must be the name of a new folder");
    await expect(createProject("..")).rejects.toThrow("NAME must be the name of a new folder");
  });
});
