import { fileURLToPath } from "node:url";
import ts from "typescript";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const GENERATED = `${FOLDER}generated.ts`;

/** A function call in a group file, and the types that the server gives its result. */
export interface TypedCase {
  /** The group file's name, without `.ts`. */
  readonly file: string;
  /** The name of the export, and of the case in it. */
  readonly group: string;
  readonly name: string;
  /** TypeScript text, one for each setting of the server. Empty if the server does not have the function. */
  readonly server: readonly string[];
}

/** Checks the group files with the compiler. Returns what it reports, a line for each error. */
export interface CheckedTypes {
  readonly errors: readonly string[];
  /** What is wrong with each case, in the order of the cases; undefined if the case is right. */
  readonly problems: readonly (string | undefined)[];
}

/** Compares the type of each case with the server's types. One program checks all cases. */
export function checkTypes(files: readonly string[], cases: readonly TypedCase[]): CheckedTypes {
  const roots = files.map((file) => `${FOLDER}functions/${file}.ts`);
  const program = programWith(roots, generatedText(files, cases));
  const checker = program.getTypeChecker();
  const generated = program.getSourceFile(GENERATED);
  const checked = [GENERATED, ...roots].map((root) => program.getSourceFile(root));
  const errors = checked
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map((error) => errorText(error));
  const types = new Map<string, ts.Type>();
  for (const node of generated?.statements ?? [])
    if (ts.isTypeAliasDeclaration(node))
      types.set(node.name.text, checker.getTypeAtLocation(node.name));
  const problems = cases.map((each, index) => {
    const declared = types.get(`Declared${index}`);
    const server = each.server.map((text, at) => ({
      text,
      type: types.get(`Server${index}_${at}`),
    }));
    if (declared === undefined) throw new Error(`Case ${index} is missing in the generated file.`);
    return problemOf(checker, each, declared, server);
  });
  return { errors, problems };
}

function problemOf(
  checker: ts.TypeChecker,
  { group, name }: TypedCase,
  declared: ts.Type,
  server: readonly { readonly text: string; readonly type: ts.Type | undefined }[],
): string | undefined {
  const flags: ts.TypeFormatFlags =
    ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  const text = checker.typeToString(declared, undefined, flags);
  const found = `${group}.${name} has the type ${text}`;
  if ((declared.flags & (ts.TypeFlags.Any | ts.TypeFlags.Never)) !== 0) return `${found}.`;
  const isUnknown = /\bunknown\b/.test(text);
  if (isUnknown && !name.endsWith("Unknown"))
    return `${found}. The name of a case that may be unknown ends with "Unknown".`;
  if (!isUnknown && name.endsWith("Unknown"))
    return `${found}, but the name of the case says that it is unknown.`;
  for (const { text: answer, type } of server) {
    if (type === undefined) throw new Error(`${group}.${name}: no type of the server's answer.`);
    if (!checker.isTypeAssignableTo(type, declared)) return `${found}, the server has ${answer}.`;
  }
  return undefined;
}

/** One file with two kinds of types: `Declared0` of a case, and `Server0_0` of the server's answer. */
function generatedText(files: readonly string[], cases: readonly TypedCase[]): string {
  const imports = files.map(
    (file, index) => `import type * as file${index} from "./functions/${file}.js";`,
  );
  const types = cases.flatMap(({ file, group, name, server }, index) => [
    `type Declared${index} = ReturnType<typeof file${files.indexOf(file)}.${group}>[${JSON.stringify(name)}]["~value"];`,
    ...server.map((text, at) => `type Server${index}_${at} = ${text};`),
  ]);
  const values =
    "CalendarInterval, DayTimeInterval, Geography, Geometry, Timestamp, YearMonthInterval";
  return [
    `import type { ${values} } from "../../../src/index.js";`,
    ...imports,
    ...types,
    "export {};",
  ].join("\n");
}

function programWith(roots: readonly string[], generated: string): ts.Program {
  const config = ts.readConfigFile(`${FOLDER}tsconfig.json`, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, FOLDER);
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === GENERATED
      ? ts.createSourceFile(name, generated, ts.ScriptTarget.ES2022, true)
      : getSourceFile(name, ...rest);
  return ts.createProgram([...roots, GENERATED], options, host);
}

function errorText({ file, start, messageText }: ts.Diagnostic): string {
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
  const text = ts.flattenDiagnosticMessageText(messageText, " ");
  return `${file?.fileName.slice(FOLDER.length) ?? ""}:${line}: ${text}`;
}
