import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

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

/**
 * The names of the entry points' exports, methods and getters that have no doc comment. A comment that holds
 * only tags, such as `@throws`, does not count. Each overload of a function needs a comment, because an editor
 * shows the comment of the overload that a call selects.
 */
function undocumented(): { readonly checked: number; readonly names: string[] } {
  const config = ts.getParsedCommandLineOfConfigFile(`${ROOT}tsconfig.json`, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    },
  });
  const files = ENTRY_POINTS.map((name) => `${SOURCE}${name}.ts`);
  const program = ts.createProgram(files, config?.options ?? {});
  const checker = program.getTypeChecker();
  const documented = new Map<ts.Symbol, boolean>();
  const names = new Set<string>();

  const check = (symbol: ts.Symbol, name: string): void => {
    if (documented.has(symbol)) return;
    const isInternal = symbol.getJsDocTags(checker).some((tag) => tag.name === "internal");
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    documented.set(symbol, isInternal || text.trim() !== "");
    if (documented.get(symbol) !== true) names.add(name);
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

  const checkExports = (module: ts.Symbol, prefix: string): void => {
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      const name = `${prefix}${exported.name}`;
      if ((symbol.flags & ts.SymbolFlags.ValueModule) !== 0) {
        checkExports(symbol, `${name}.`);
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

  for (const file of files) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
    checkExports(module as ts.Symbol, "");
  }
  return { checked: documented.size, names: [...names].sort() };
}

describe("the public API", () => {
  it("each public method, type and function has a doc comment", { timeout: 120_000 }, () => {
    const { checked, names } = undocumented();
    expect(checked).toBeGreaterThan(1_000);
    expect(
      names,
      "These names have no doc comment. Write one to three lines above each that say what it does, " +
        "with units and defaults (docs/contributing/style.md).",
    ).toEqual([]);
  });
});
