import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { DataType } from "../../../src/index.js";
import type { ChainStep } from "./random-chain.js";
import { serverType } from "./server-type.js";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const GENERATED = `${FOLDER}generated-chains.ts`;

/** How many rows and columns of the chains the compiler knows. */
interface TypeCounts {
  rows: number;
  /** Rows with columns that TypeScript does not all know. */
  openRows: number;
  columns: number;
  unknownColumns: number;
  /** Columns with the server's type, not a wider one. */
  equalColumns: number;
}

export interface CheckedChains {
  /** The operations that the compiler does not accept. */
  readonly errors: readonly string[];
  /** What is wrong with each chain, in the order of the chains; undefined if the chain is right. */
  readonly problems: readonly (string | undefined)[];
  readonly counts: TypeCounts;
}

/** Compares the row type of each step with the server's schema. One program checks all chains. */
export function checkChains(chains: readonly (readonly ChainStep[])[]): CheckedChains {
  const serverTypes = new ServerTypes();
  const text = chainsText(chains, serverTypes);
  const program = programOf(text);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(GENERATED) as ts.SourceFile;
  const errors = [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ].map((error) => errorText(error, file));
  const frames = new Map<string, ts.Type>();
  for (const node of file.statements) {
    if (ts.isTypeAliasDeclaration(node))
      serverTypes.found(node.name.text, checker.getTypeAtLocation(node.name));
    if (ts.isFunctionDeclaration(node))
      for (const statement of node.body?.statements ?? [])
        if (ts.isVariableStatement(statement))
          for (const { name } of statement.declarationList.declarations)
            frames.set(
              `${node.name?.text ?? ""}.${name.getText(file)}`,
              checker.getTypeAtLocation(name),
            );
  }
  const comparison = new Comparison(checker, serverTypes);
  const problems = chains.map((steps, index) => {
    for (const [at, { schema }] of steps.entries()) {
      const frame = frames.get(`chain${index}.df${at}`);
      if (frame === undefined) throw new Error(`Chain ${index} is missing in the generated file.`);
      const row = comparison.rowOf(frame);
      const problem = comparison.problemOf(row, schema.fields);
      if (problem === undefined) continue;
      const source = steps.slice(0, at + 1).map((step, number) => `df${number} = ${step.text}`);
      return [
        `Chain ${index}, df${at}: ${problem}`,
        ...source,
        `Row type: ${comparison.textOf(row)}`,
        `Server:   ${serverType(schema, false)}`,
      ].join("\n");
    }
    return undefined;
  });
  return { errors, problems, counts: comparison.counts };
}

/** The types of the server's columns: each different one has an alias in the generated file. */
class ServerTypes {
  readonly #aliases = new Map<string, string>();
  readonly #types = new Map<string, ts.Type>();

  add(type: DataType, nullable: boolean): void {
    const text = serverType(type, nullable);
    if (!this.#aliases.has(text)) this.#aliases.set(text, `Server${this.#aliases.size}`);
  }
  get declarations(): readonly string[] {
    return [...this.#aliases].map(([text, alias]) => `type ${alias} = ${text};`);
  }
  found(alias: string, type: ts.Type): void {
    this.#types.set(alias, type);
  }
  typeOf(type: DataType, nullable: boolean): ts.Type {
    const found = this.#types.get(this.#aliases.get(serverType(type, nullable)) ?? "");
    if (found === undefined) throw new Error("A type of the server is missing.");
    return found;
  }
}

interface Field {
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
}

class Comparison {
  readonly counts: TypeCounts = {
    rows: 0,
    openRows: 0,
    columns: 0,
    unknownColumns: 0,
    equalColumns: 0,
  };
  readonly #checker: ts.TypeChecker;
  readonly #serverTypes: ServerTypes;

  constructor(checker: ts.TypeChecker, serverTypes: ServerTypes) {
    this.#checker = checker;
    this.#serverTypes = serverTypes;
  }

  /** The type of a DataFrame's rows. */
  rowOf(frame: ts.Type): ts.Type {
    const property = frame.getProperty("~row");
    if (property === undefined)
      throw new Error(`Not the type of a DataFrame: ${this.textOf(frame)}`);
    return this.#checker.getTypeOfSymbol(property);
  }

  textOf(type: ts.Type): string {
    const flags: ts.TypeFormatFlags =
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
    return this.#checker.typeToString(type, undefined, flags);
  }

  problemOf(row: ts.Type, fields: readonly Field[]): string | undefined {
    if ((row.flags & (ts.TypeFlags.Any | ts.TypeFlags.Never)) !== 0)
      return `the row type is ${this.textOf(row)}`;
    this.counts.rows += 1;
    const isOpen = row.getStringIndexType() !== undefined;
    if (isOpen) this.counts.openRows += 1;
    return this.#keysProblem(row, fields, isOpen) ?? this.#columnsProblem(row, fields);
  }

  #keysProblem(row: ts.Type, fields: readonly Field[], isOpen: boolean): string | undefined {
    const names = new Set(fields.map(({ name }) => name));
    const known = row.getProperties().map(({ name }) => name);
    const surplus = known.filter((name) => !names.has(name));
    if (surplus.length > 0) return `the server does not have the columns ${surplus.join(", ")}`;
    const missing = [...names].filter((name) => !known.includes(name));
    if (!isOpen && missing.length > 0)
      return `the row type does not have the columns ${missing.join(", ")}`;
    return undefined;
  }

  #columnsProblem(row: ts.Type, fields: readonly Field[]): string | undefined {
    for (const { name, dataType, nullable } of fields) {
      this.counts.columns += 1;
      const property = row.getProperty(name);
      if (property === undefined) {
        this.counts.unknownColumns += 1;
        continue;
      }
      const declared = this.#checker.getTypeOfSymbol(property);
      const server = this.#serverTypes.typeOf(dataType, nullable);
      if ((declared.flags & ts.TypeFlags.Unknown) !== 0) {
        this.counts.unknownColumns += 1;
        continue;
      }
      if ((declared.flags & ts.TypeFlags.Any) !== 0) return `the column ${name} has the type any`;
      const isWide = this.#checker.isTypeAssignableTo(server, declared);
      const fieldsProblem = this.#fieldsProblem(declared, dataType);
      if (!isWide || fieldsProblem !== undefined)
        return `the column ${name} has the type ${this.textOf(declared)}, the server has ${serverType(dataType, nullable)}${fieldsProblem ?? ""}`;
      if (this.#checker.isTypeAssignableTo(declared, server)) this.counts.equalColumns += 1;
    }
    return undefined;
  }

  /** A struct with more fields can be assigned to a struct with fewer. It is not the same struct. */
  #fieldsProblem(declared: ts.Type, type: DataType): string | undefined {
    const parts = (declared.isUnion() ? declared.types : [declared]).filter(
      ({ flags }) => (flags & ts.TypeFlags.Object) !== 0,
    );
    // A column that may have one of several struct types has the fields of one of them.
    for (const part of parts.length === 1 ? parts : []) {
      const [first, second] = this.#checker.getTypeArguments(part as ts.TypeReference);
      const inner =
        type.kind === "array" && first !== undefined
          ? this.#fieldsProblem(first, type.elementType)
          : type.kind === "map" && second !== undefined
            ? this.#fieldsProblem(second, type.valueType)
            : undefined;
      if (inner !== undefined) return inner;
      if (type.kind !== "struct" || part.getStringIndexType() !== undefined) continue;
      for (const { name, dataType } of type.fields) {
        const property = part.getProperty(name);
        if (property === undefined) return `. The field ${name} is missing in the struct`;
        const problem = this.#fieldsProblem(this.#checker.getTypeOfSymbol(property), dataType);
        if (problem !== undefined) return problem;
      }
    }
    return undefined;
  }
}

/** The chains as functions, and the server's types as aliases. */
function chainsText(chains: readonly (readonly ChainStep[])[], serverTypes: ServerTypes): string {
  const tables = ["numbers", "scalars", "nested", "members"];
  const functions = chains.flatMap((steps, index) => [
    `function chain${index}() {`,
    ...steps.map(({ text }, at) => `  const df${at} = ${text};`),
    "}",
  ]);
  for (const steps of chains)
    for (const { schema } of steps)
      for (const { dataType, nullable } of schema.fields) serverTypes.add(dataType, nullable);
  const values =
    "CalendarInterval, DayTimeInterval, Geography, Geometry, Timestamp, YearMonthInterval";
  return [
    `import type { ${values} } from "../../../src/index.js";`,
    `import * as types from "../../../src/index.js";`,
    `import * as f from "../../../src/functions/index.js";`,
    `import type { ChainTables } from "./chain-tables.js";`,
    ...tables.map((name) => `declare const ${name}: ChainTables["${name}"];`),
    ...functions,
    ...serverTypes.declarations,
    "export {};",
  ].join("\n");
}

function programOf(text: string): ts.Program {
  const config = ts.readConfigFile(`${FOLDER}tsconfig.json`, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, FOLDER);
  // An open row has any column, so `p.some` must not be possibly undefined.
  const own = {
    ...options,
    noUncheckedIndexedAccess: false,
    noPropertyAccessFromIndexSignature: false,
  };
  const host = ts.createCompilerHost(own);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === GENERATED
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
      : getSourceFile(name, ...rest);
  return ts.createProgram([GENERATED], own, host);
}

function errorText({ start, messageText }: ts.Diagnostic, file: ts.SourceFile): string {
  const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
  const source = file.text.split("\n")[line]?.trim() ?? "";
  return `${source}\n${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
