/**
 * What the compiler does to check programs that use this package's types. `node bench/type-cost.mjs` prints, as JSON,
 * figures that are the same on every machine. Needs the build.
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { chainsProgram, hoverProgram, loadingProgram, wideProgram } from "./type-programs.mjs";

/** The chains of the compared programs: with five operations each, 200 lines. */
export const CHAINS = 40;
/** The columns of the wide frame. */
export const COLUMNS = 300;

const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
};

// A file of this folder imports "sparktide" from dist/, as package.json says.
const folder = dirname(fileURLToPath(import.meta.url));
const fileNamed = (name) => join(folder, `${name}.ts`);

/** Files that are already parsed, so that only checking takes time. */
const parsed = new Map();

/** A host that finds the given texts in this folder, by file name. */
function hostOf(texts) {
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, languageVersion, true);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, languageVersion));
    return parsed.get(path);
  };
  return host;
}

/** The processor time of this process in milliseconds. Other processes change it less than the time on a clock. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Checks a program, after the types of the library were loaded.
 *
 * @returns `ms` and `instantiations` of the program alone, and `wholeMs` with the loading of the types
 * @throws {Error} the program has an error
 */
export function checkProgram(text) {
  const [loading, program] = [fileNamed("loading"), fileNamed("program")];
  const host = hostOf(
    new Map([
      [loading, loadingProgram()],
      [program, text],
    ]),
  );
  const startedAt = processorMs();
  const compiled = ts.createProgram([loading, program], OPTIONS, host);
  const problems = [...compiled.getSemanticDiagnostics(compiled.getSourceFile(loading))];
  const loadedAt = processorMs();
  const before = compiled.getInstantiationCount();
  problems.push(...compiled.getSemanticDiagnostics(compiled.getSourceFile(program)));
  const endedAt = processorMs();
  problems.push(...compiled.getOptionsDiagnostics());
  if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, host));
  return {
    ms: endedAt - loadedAt,
    wholeMs: endedAt - startedAt,
    instantiations: compiled.getInstantiationCount() - before,
  };
}

/** The texts that an editor shows for the exported constants of {@link hoverProgram}. */
export function hoverTexts() {
  const path = fileNamed("hover");
  const text = hoverProgram();
  const host = hostOf(new Map([[path, text]]));
  const service = ts.createLanguageService({
    getCompilationSettings: () => OPTIONS,
    getScriptFileNames: () => [path],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const content = host.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: host.fileExists,
    readFile: host.readFile,
    directoryExists: ts.sys.directoryExists,
    realpath: ts.sys.realpath,
  });
  const problems = service.getSemanticDiagnostics(path);
  if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, host));
  const names = [...text.matchAll(/export const (?=\w)/g)];
  return names.map(({ 0: before, index }) => {
    const info = service.getQuickInfoAtPosition(path, index + before.length);
    return ts.displayPartsToString(info.displayParts);
  });
}

/** The instantiations of each program, which are the same on every machine, and the texts of the editor. */
export function typeCost() {
  const count = (text) => checkProgram(text).instantiations;
  return {
    untyped: count(chainsProgram(CHAINS, { typed: false })),
    typed: count(chainsProgram(CHAINS, { typed: true })),
    wide: count(wideProgram(COLUMNS)),
    hover: hoverTexts(),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(JSON.stringify(typeCost()));
}
