/**
 * The examples in the doc comments of src/: one `@example` tag each, with code and the value it gives.
 *
 *     @example ascii(lit("Spark")); // 83
 *
 * The comment after a statement, or on the lines below it, is the value as `util.inspect` prints it in one line.
 * A Column has the value it gives in a row, or a list of values if there are several rows. A DataFrame has its
 * rows. `// varies` accepts every value. Code without such a comment is compiled only.
 *
 * A first line such as `// x: 1, 2; y: 3, 4` gives the columns of a DataFrame `df`; its Columns are values of `df`.
 * The code can use the exports of "sparktide" and "sparktide/functions", and the names of PRELUDE.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SOURCE: string = fileURLToPath(new URL("../../src/", import.meta.url));

/** The session `spark` and the DataFrames that all examples share. */
export const PRELUDE: string = `
const people = spark.createDataFrame([
  { name: "Ann", age: 30, city: "Bern" },
  { name: "Bob", age: 41, city: "Rome" },
  { name: "Eve", age: 25, city: "Bern" },
]);
const cities = spark.createDataFrame([
  { city: "Bern", country: "CH" },
  { city: "Rome", country: "IT" },
]);
const events = spark.createDataFrame([{ id: 1, time: new Date("2026-05-01T10:00:00Z"), kind: "click" }]);
const ticks = spark.readStream.format("rate").load();
`;

/** Names that examples use and that are compiled only. */
export const DECLARATIONS: string = `
import { readFile } from "node:fs/promises";
import { CredentialBroker } from "../../src/credentials/index.js";
import { defineConnector, delta } from "../../src/connectors/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { DataSource, type Poll, processorFromModule, RestSource, SimpleDataSource, sourceFromModule, udf, udtf } from "../../src/cluster/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { createMonitor, serveMonitor, watchSession } from "../../src/monitor/index.js";
import { coingecko, rest, weather } from "../../src/sources/index.js";
import { state, StatefulProcessor, type StateHandles } from "../../src/cluster/index.js";
import {
  assertDataFrameEqual,
  SparkConnectContainer,
  temporaryDatabase,
  temporaryFolder,
  temporaryTable,
  testSession,
} from "../../src/testing/index.js";
declare const spark: SparkSession;
declare const df: DataFrame;
declare const dataset: Dataset<{ name: string }, { name: string; age: bigint; adult: boolean }>;
declare const query: StreamingQuery;
declare const supervisor: StreamSupervisor;
declare const p: Pipeline;
declare const Person: StandardSchema<{ name: string }>;
declare const tracer: Tracer;
declare const meter: Meter;
declare function test(name: string, run: () => Promise<void>): void;
`;

export interface DocExample {
  /** `ascii`, or `DataFrame.count`. */
  readonly name: string;
  /** Path in src/ and line of the declaration: `functions/string.ts:12`. */
  readonly place: string;
  readonly code: string;
  /** The first Spark release that has the function, as `[4, 3]`, if the comment names it. */
  readonly since: readonly [number, number] | undefined;
  /** The columns of `df`. */
  readonly data: Readonly<Record<string, readonly unknown[]>> | undefined;
}

/** A statement of an example, and the value that its comment gives. */
export interface Step {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly expected: string | undefined;
}

/** The examples of the exported functions and classes of src/, in the order of the files. */
export function readDocExamples(): DocExample[] {
  return readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("gen/"))
    .sort()
    .flatMap((path) => examplesOf(path, readFileSync(SOURCE + path, "utf8")));
}

function examplesOf(path: string, source: string): DocExample[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: DocExample[] = [];
  const visit = (node: ts.Node, owner: string): void => {
    const name = nameOf(node, owner);
    const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
    if (comment !== undefined && name !== undefined) {
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      for (const code of codeOf(comment.getText()))
        found.push({ name, place: `${path}:${line}`, code, ...factsOf(comment.getText(), code) });
    }
    if (ts.isClassDeclaration(node) || ts.isSourceFile(node))
      ts.forEachChild(node, (child) => {
        visit(child, name ?? "");
      });
  };
  visit(file, "");
  return found;
}

function nameOf(node: ts.Node, owner: string): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.name.getText();
  const name = (node as { readonly name?: ts.Node }).name?.getText();
  return owner === "" || name === undefined ? name : `${owner}.${name}`;
}

/** The comment's lines without stars and slashes. */
function linesOf(comment: string): string[] {
  return comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
}

function codeOf(comment: string): string[] {
  return linesOf(comment)
    .join("\n")
    .split(/^(?=@\w)/m)
    .filter((tag) => tag.startsWith("@example"))
    .map((tag) =>
      tag
        .slice("@example".length)
        .replaceAll(/^```\w*$/gm, "")
        .trim(),
    );
}

function factsOf(comment: string, code: string): Pick<DocExample, "since" | "data"> {
  const text = linesOf(comment).join(" ");
  const description = /^.*?(?= @\w|$)/.exec(text)?.[0] ?? "";
  const [, major, minor] = /\bSpark (\d+)\.(\d+)\b/.exec(description) ?? [];
  return {
    since: major === undefined ? undefined : [Number(major), Number(minor)],
    data: dataOf(code),
  };
}

function dataOf(code: string): DocExample["data"] {
  const [, text] = /^\/\/ (\w+: .*)$/m.exec(code.split("\n")[0] ?? "") ?? [];
  if (text === undefined) return undefined;
  const columns = text.split("; ").map((column) => {
    const [, name = "", values = ""] = /^(\w+): (.*)$/.exec(column) ?? [];
    return [name, JSON.parse(`[${values}]`) as unknown[]];
  });
  return Object.fromEntries(columns) as Record<string, unknown[]>;
}

/** The statements that are expressions. */
export function stepsOf(code: string): Step[] {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isExpressionStatement).map((statement) => ({
    start: statement.getStart(),
    end: statement.end,
    text: statement.expression.getText(),
    expected: commentAfter(code.slice(statement.end)),
  }));
}

/** `83` of ` // 83`, also over several lines. */
function commentAfter(rest: string): string | undefined {
  const comment = /^(?:\s*\/\/.*(?:\n|$))+/.exec(rest)?.[0].trim();
  const lines = comment?.split("\n").map((line) => line.replace(/^\s*\/\/\s*/, "").trim());
  return lines?.join(" ");
}
