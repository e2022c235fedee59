/**
 * `node scripts/api-coverage.mjs`: writes docs/api-coverage.md, the list of PySpark's public names that the
 * client has. Fails if a name is missing without a reason in api-coverage-reasons.mjs, or if there is a reason
 * for an existing name. With `--check` it writes nothing, and also fails if the page is out of date.
 * `--record PYTHON…` first reads the names from the PySparks of these Pythons, given oldest first.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import ts from "typescript";
import { REASONS } from "./api-coverage-reasons.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const NAMES = join(root, "test", "golden", "pyspark-names.json");
const PAGE = join(root, "docs", "api-coverage.md");

/** The file in src/ of each PySpark class, and the class's name if it differs from PySpark's. */
const CLASSES = {
  SparkSession: ["session/spark-session.ts"],
  DataFrame: ["dataframe/dataframe.ts"],
  DataFrameNaFunctions: ["dataframe/dataframe-na-functions.ts"],
  DataFrameStatFunctions: ["dataframe/dataframe-stat-functions.ts"],
  GroupedData: ["dataframe/grouped-data.ts"],
  Column: ["dataframe/column.ts"],
  Window: ["dataframe/window.ts"],
  WindowSpec: ["dataframe/window.ts"],
  Observation: ["dataframe/actions/observation.ts"],
  TableValuedFunction: ["dataframe/table-valued-functions.ts", "TableValuedFunctions"],
  RuntimeConf: ["session/runtime-conf.ts"],
  Catalog: ["session/catalog/catalog.ts"],
  DataFrameReader: ["dataframe/read-write/dataframe-reader.ts"],
  DataFrameWriter: ["dataframe/read-write/dataframe-writer.ts"],
  DataFrameWriterV2: ["dataframe/read-write/dataframe-writer-v2.ts"],
  MergeIntoWriter: ["dataframe/read-write/merge-into-writer.ts"],
  DataStreamReader: ["streaming/data-stream-reader.ts"],
  DataStreamWriter: ["streaming/data-stream-writer.ts"],
  StreamingQuery: ["streaming/streaming-query.ts"],
  StreamingQueryManager: ["streaming/streaming-query-manager.ts"],
  UDFRegistration: ["session/registration/udf-registration.ts"],
  UDTFRegistration: ["session/registration/udtf-registration.ts"],
  DataSourceRegistration: ["session/registration/data-source-registration.ts"],
  functions: ["functions/index.ts"],
};

/** `{ class: { name: first release } }`, from PySparks given oldest first. */
function record(pythons) {
  const known = {};
  for (const python of pythons) {
    const printed = execFileSync(python, [join(root, "scripts", "pyspark_names.py")]);
    const { pyspark, names } = JSON.parse(printed);
    const release = pyspark.split(".").slice(0, 2).join(".");
    for (const [owner, list] of Object.entries(names)) {
      known[owner] ??= {};
      for (const name of list) known[owner][name] ??= release;
    }
  }
  writeFileSync(NAMES, `${JSON.stringify(known, null, 2)}\n`);
}

function openProgram() {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = new Set(Object.values(CLASSES).map(([file]) => join(root, "src", file)));
  return ts.createProgram([...files], options);
}

/** The public names of one of our classes, or the exports of the module of functions. */
function ourNames(program, owner) {
  const [file, className = owner] = CLASSES[owner];
  const source = program.getSourceFile(join(root, "src", file));
  if (source === undefined)
    throw new Error(`${owner}: src/${file} does not exist; correct CLASSES in this script`);
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  if (owner === "functions") return new Set(exported.map(({ name }) => name));
  const symbol = exported.find(({ name }) => name === className);
  if (symbol === undefined)
    throw new Error(
      `${owner}: src/${file} does not export ${className}; correct CLASSES in this script`,
    );
  const instance = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  const statics = checker.getPropertiesOfType(checker.getTypeOfSymbolAtLocation(symbol, source));
  return new Set([...instance, ...statics].map(({ name }) => name));
}

function camelCase(name) {
  return name.replace(/(?<=[a-z])_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** The names of a PySpark class, each with its first release, and whether the client has it. */
function coverage(program, owner, names) {
  const ours = ourNames(program, owner);
  return Object.entries(names).map(([name, since]) => {
    const has = ours.has(name) || ours.has(camelCase(name));
    const reason = REASONS[owner]?.[name];
    return { owner, name, since, has, reason };
  });
}

function problems(entries) {
  const known = new Set(entries.map(({ owner, name }) => `${owner}.${name}`));
  const unknown = Object.entries(REASONS).flatMap(([owner, reasons]) =>
    Object.keys(reasons)
      .map((name) => `${owner}.${name}`)
      .filter((name) => !known.has(name)),
  );
  return [
    ...entries
      .filter(({ has, reason }) => !has && reason === undefined)
      .map(
        ({ owner, name }) =>
          `PySpark has ${owner}.${name}: add it here, or a reason to scripts/api-coverage-reasons.mjs.`,
      ),
    ...entries
      .filter(({ has, reason }) => has && reason !== undefined)
      .map(
        ({ owner, name }) =>
          `${owner}.${name} exists: delete its reason in scripts/api-coverage-reasons.mjs.`,
      ),
    ...unknown.map(
      (name) => `PySpark has no ${name}: delete its reason in scripts/api-coverage-reasons.mjs.`,
    ),
  ];
}

function section(owner, entries) {
  const there = entries.filter(({ has }) => has);
  const missing = entries.filter(({ has }) => !has);
  const marked = ({ name, since }) => (since === "4.0" ? `\`${name}\`` : `\`${name}\` (${since})`);
  return [
    `## ${owner}`,
    `${there.length} of ${entries.length}.`,
    ...(there.length > 0 ? [there.map(marked).join(", ")] : []),
    ...(missing.length > 0
      ? [missing.map((entry) => `- ${marked(entry)}: ${entry.reason}`).join("\n")]
      : []),
  ];
}

async function page(names, entries) {
  const there = entries.filter(({ has }) => has).length;
  const parts = [
    "# API coverage",
    `The client has ${there} of the ${entries.length} public names of PySpark 4.0 to 4.3. Names with underscores are in camelCase here, except SQL functions. A release in brackets is the first one with the name; an older server refuses it. Missing names are listed with the reason. \`node scripts/api-coverage.mjs\` writes this page from PySpark's names and the code.`,
    ...Object.keys(names).flatMap((owner) =>
      section(
        owner,
        entries.filter((entry) => entry.owner === owner),
      ),
    ),
  ];
  const style = await resolveConfig(PAGE);
  return format(`${parts.join("\n\n")}\n`, { ...style, parser: "markdown" });
}

const args = process.argv.slice(2);
if (args[0] === "--record") record(args.slice(1));
const names = JSON.parse(readFileSync(NAMES, "utf8"));
const program = openProgram();
const entries = Object.entries(names).flatMap(([owner, list]) => coverage(program, owner, list));
const found = problems(entries);
const text = await page(names, entries);
if (args.includes("--check")) {
  if (readFileSync(PAGE, "utf8") !== text) {
    found.push("docs/api-coverage.md is out of date: run node scripts/api-coverage.mjs");
  }
} else {
  writeFileSync(PAGE, text);
}
for (const problem of found) console.error(problem);
process.exitCode = found.length === 0 ? 0 : 1;
