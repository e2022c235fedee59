import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { DECLARATIONS, PRELUDE, readDocExamples } from "../support/doc-examples.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SOURCE = `${ROOT}src/`;
const ENTRY_POINTS = [
  "index",
  "functions/index",
  "sources/index",
  "local/index",
  "testing/index",
  "testing/vitest",
  "testing/jest",
  "testing/jest-teardown",
];
const MEMBERS = ts.SymbolFlags.Method | ts.SymbolFlags.Accessor;
const TYPES = ts.SymbolFlags.Class | ts.SymbolFlags.Interface;
const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;

/** Each method of these classes has an example, and so has each function. */
const CLASSES_WITH_EXAMPLES: readonly string[] = [
  ...[
    "Catalog",
    "Column",
    "DataFrame",
    "DataFrameNaFunctions",
    "DataFrameReader",
    "DataFrameStatFunctions",
  ],
  ...[
    "DataFrameWriter",
    "DataFrameWriterV2",
    "DataSourceRegistration",
    "Dataset",
    "DataStreamReader",
  ],
  ...[
    "DataStreamWriter",
    "GroupedData",
    "MergeIntoWriter",
    "Observation",
    "PandasCogroupedOps",
    "RuntimeConf",
  ],
  ...[
    "SparkSession",
    "SparkSessionBuilder",
    "StorageLevel",
    "StreamingQuery",
    "StreamingQueryManager",
  ],
  ...[
    "TableArg",
    "TableValuedFunctions",
    "UDFRegistration",
    "UDTFRegistration",
    "Window",
    "WindowSpec",
  ],
];

/** Exists in the program only. Its folder determines what its imports name. */
const EXAMPLES_FILE = `${ROOT}test/package/examples-of-doc-comments.ts`;

/** A program of src/, and with `examples` of them too. */
function openProgram(examples?: string, previous?: ts.Program): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(`${ROOT}tsconfig.json`, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    },
  });
  // Without verbatimModuleSyntax, the examples can import types and values in the same way.
  const options = { ...config?.options, verbatimModuleSyntax: false };
  const files = ENTRY_POINTS.map((name) => `${SOURCE}${name}.ts`);
  if (examples === undefined) return ts.createProgram(files, options);
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => path === EXAMPLES_FILE || ts.sys.fileExists(path);
  host.readFile = (path) => (path === EXAMPLES_FILE ? examples : ts.sys.readFile(path));
  return ts.createProgram([...files, EXAMPLES_FILE], options, host, previous);
}

function exportsOf(program: ts.Program, entryPoint: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(`${SOURCE}${entryPoint}.ts`) as ts.SourceFile;
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol);
}

/** An import of all exports, without the names that are already imported. */
function importOf(program: ts.Program, entryPoint: string, imported: Set<string>): string {
  const names = exportsOf(program, entryPoint)
    .map(({ name }) => name)
    // `typeof` cannot be a name: the examples write F.typeof().
    .filter((name) => name !== "typeof" && !imported.has(name));
  for (const name of names) imported.add(name);
  return `import { ${names.join(", ")} } from "../../src/${entryPoint}.js";`;
}

/** What is wrong with the examples: each as `place name: message`. */
function exampleErrors(program: ts.Program): {
  readonly checked: number;
  readonly errors: string[];
} {
  const imported = new Set<string>();
  const head = [
    importOf(program, "functions/index", imported),
    importOf(program, "index", imported),
    'import * as F from "../../src/functions/index.js";',
    DECLARATIONS,
    PRELUDE,
  ].join("\n");
  const starts: { readonly at: number; readonly title: string }[] = [];
  let text = head;
  for (const { code, name, place } of readDocExamples()) {
    starts.push({ at: text.length, title: `${place} ${name}` });
    text += `\nasync () => {\n${code}\n};`;
  }
  const whole = openProgram(text, program);
  const file = whole.getSourceFile(EXAMPLES_FILE);
  const found = [...whole.getSyntacticDiagnostics(file), ...whole.getSemanticDiagnostics(file)];
  const errors = found.map(({ start = 0, messageText }) => {
    const title = starts.findLast(({ at }) => at <= start)?.title ?? "the prelude";
    return `${title}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  return { checked: starts.length, errors };
}

interface Undocumented {
  readonly checked: number;
  readonly names: string[];
  readonly withoutExample: string[];
}

/**
 * The names of the entry points' exports, methods and getters that have no doc comment. A comment that holds
 * only tags, such as `@throws`, does not count. Each overload of a function needs a comment, because an editor
 * shows the comment of the overload that a call selects.
 */
function undocumented(program: ts.Program): Undocumented {
  const checker = program.getTypeChecker();
  const documented = new Map<ts.Symbol, boolean>();
  const names = new Set<string>();
  const withoutExample = new Set<string>();

  const check = (symbol: ts.Symbol, name: string): void => {
    if (documented.has(symbol)) return;
    const isInternal = symbol.getJsDocTags(checker).some((tag) => tag.name === "internal");
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    documented.set(symbol, isInternal || text.trim() !== "");
    if (documented.get(symbol) !== true) names.add(name);
    if (isInternal || symbol.getJsDocTags(checker).some((tag) => tag.name === "example")) return;
    const isMethod = CLASSES_WITH_EXAMPLES.includes(name.split(".")[0] ?? "") && name.includes(".");
    const [declaration] = symbol.declarations ?? [];
    const isFunction =
      declaration?.getSourceFile().fileName.startsWith(`${SOURCE}functions/`) === true &&
      ts.isFunctionDeclaration(declaration);
    if (name.endsWith(".toString")) return;
    if (isMethod || isFunction) withoutExample.add(name);
  };
  const checkMembers = (type: ts.Type, owner: string): void => {
    for (const member of type.getProperties()) {
      const [declaration] = member.declarations ?? [];
      // Members of Error, Promise and other foreign types are not ours to document.
      if (declaration?.getSourceFile().fileName.startsWith(SOURCE) !== true) continue;
      const isPrivate = member.name.startsWith("#");
      if ((member.flags & MEMBERS) === 0 || isPrivate) continue;
      if ((ts.getCombinedModifierFlags(declaration) & HIDDEN) !== 0) continue;
      check(member, `${owner}.${member.name.replace(/^__@(\w+)@\d+$/, "[Symbol.$1]")}`);
    }
  };

  const checkExports = (symbols: readonly ts.Symbol[], prefix: string): void => {
    for (const exported of symbols) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      const name = `${prefix}${exported.name}`;
      if ((symbol.flags & ts.SymbolFlags.ValueModule) !== 0) {
        checkExports(checker.getExportsOfModule(symbol), `${name}.`);
        continue;
      }
      check(symbol, name);
      for (const overload of checker.getTypeOfSymbol(symbol).getCallSignatures()) {
        if (overload.getDocumentationComment(checker).length === 0) names.add(name);
      }
      if ((symbol.flags & TYPES) === 0) continue;
      checkMembers(checker.getDeclaredTypeOfSymbol(symbol), name);
      if ((symbol.flags & ts.SymbolFlags.Class) === 0) continue;
      checkMembers(checker.getTypeOfSymbol(symbol), name);
    }
  };

  for (const entryPoint of ENTRY_POINTS) checkExports(exportsOf(program, entryPoint), "");
  return {
    checked: documented.size,
    names: [...names].sort(),
    withoutExample: [...withoutExample].sort(),
  };
}

describe("the public API", () => {
  let program: ts.Program;
  let found: Undocumented;
  beforeAll(() => {
    program = openProgram();
    found = undocumented(program);
  }, 120_000);

  it("each public method, type and function has a doc comment", () => {
    expect(found.checked).toBeGreaterThan(1_000);
    expect(
      found.names,
      "These names have no doc comment. Write one to three lines above each that say what it does, " +
        "with units and defaults (docs/contributing/style.md).",
    ).toEqual([]);
  });

  it("each function, and each method of the classes for queries, has an example", () => {
    expect(
      found.withoutExample,
      "These names have no example. Add an @example tag to the doc comment of each, with the value " +
        "that the code gives as a comment (test/support/doc-examples.ts says how).",
    ).toEqual([]);
  });

  it("each example in a doc comment compiles", { timeout: 120_000 }, () => {
    const { checked, errors } = exampleErrors(program);
    expect(checked).toBeGreaterThan(900);
    expect(errors).toEqual([]);
  });
});
