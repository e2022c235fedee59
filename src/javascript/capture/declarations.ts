/** How the user's code declares a variable, for a variable without a value. */
import type { Scope, ScopeManager } from "eslint-scope";
import type { FunctionLocation } from "./scope-reader.js";
import { offsetAt, scriptOf } from "./script-source.js";
import { parsed, scopesOf } from "./syntax.js";

/** The last script, because a capture asks about many variables of the same one. */
let last: { readonly source: string; readonly scopes: ScopeManager | undefined } | undefined;

function scopesOfScript(source: string): ScopeManager | undefined {
  if (last?.source !== source) last = { source, scopes: analyzed(source) };
  return last.scopes;
}

function analyzed(source: string): ScopeManager | undefined {
  for (const type of ["module", "script"] as const)
    try {
      return scopesOf(parsed(source, type), type);
    } catch {
      // Try the other kind.
    }
  return undefined;
}

/**
 * Whether a variable that holds undefined may be one whose declaration has not run yet: V8's inspector shows both the
 * same way. A parameter and a `var` always have a value.
 */
export function undefinedIsUnsure(location: FunctionLocation | undefined, name: string): boolean {
  const script = location === undefined ? undefined : scriptOf(location.scriptId);
  if (location === undefined || script === undefined) return true;
  const scopes = scopesOfScript(script.source);
  if (scopes === undefined) return true;
  const at = offsetAt(script.source, location.lineNumber, location.columnNumber);
  let innermost: Scope | undefined;
  for (const scope of scopes.scopes) {
    const [start, end] = [Reflect.get(scope.block, "start"), Reflect.get(scope.block, "end")] as [
      number,
      number,
    ];
    // Outer scopes come first. The function's own scope does not matter, because the name is free in it.
    if (start <= at && at < end) innermost = scope;
  }
  for (let scope: Scope | null | undefined = innermost; scope; scope = scope.upper) {
    const [definition] = scope.set.get(name)?.defs ?? [];
    if (definition === undefined) continue;
    if (definition.type === "Parameter") return false;
    return !(definition.type === "Variable" && definition.parent.kind === "var");
  }
  return true;
}
