/** The text of a function or class as an expression, and the names that it uses without defining them. */
import { isBuiltin } from "node:module";
import type { Program } from "acorn";
import type { Scope } from "eslint-scope";
import { Refusal } from "./refusal.js";
import { isFunctionNode, parsed, scopesOf, walk, type AnyNode } from "./syntax.js";

/** How a function uses a name from outside. */
export interface NameUse {
  /** What it reads of the value: `["a", "b"]` for `name.a.b`. An empty path is the value itself. */
  readonly paths: (readonly string[])[];
  isWritten: boolean;
  /** A class reads the name while it is being defined, for example in a static field. */
  isEager: boolean;
  /** The text asks `typeof name`, so it expects that the name may be missing. */
  isGuarded: boolean;
  /** All uses are calls with the name of a module of Node: `require("node:fs")`. */
  loadsOnlyBuiltins: boolean;
}

export interface FunctionText {
  /** `before`, `text` and `after` together are an expression. `text` is the function's own, with few changes. */
  readonly before: string;
  readonly text: string;
  readonly after: string;
  /** The function's text as the user's program has it. */
  readonly source: string;
  readonly free: ReadonlyMap<string, NameUse>;
  /** For a class with a superclass: the name that `text` has in place of it. */
  readonly parentName: string | undefined;
  /** The name that the superclass has in the user's text, if it is a plain name. */
  readonly writtenParent: string | undefined;
  /** For a class: static fields in the text, with the literal that they begin with, if it is one. */
  readonly staticFields: ReadonlyMap<string, { readonly literal: unknown } | undefined>;
}

const OUTSIDE = "on the cluster the function has no surroundings";
/** Names that vite puts in place of `import()` and `import.meta`. */
const DYNAMIC_IMPORT = /^__(?:vi|vite_ssr)_dynamic_import__$/;
const IMPORT_META = /^__(?:vi|vite_ssr)_import_meta__$/;

/** The parsed expression, its root, and the offset of the function's text in it. */
interface Parsed {
  readonly tree: Program;
  readonly root: AnyNode;
  readonly offset: number;
}

function tryParse(before: string, text: string, after: string): Parsed | undefined {
  // The function around it allows `this`, `arguments` and new.target, which are then refused by name.
  const start = `(function () { return ${before}\n`;
  let tree: Program;
  try {
    tree = parsed(`${start}${text}\n${after}; })`);
  } catch {
    return undefined;
  }
  let root: AnyNode | undefined;
  walk(tree, (node) => {
    if (node.start === start.length && node.end === start.length + text.length) root ??= node;
  });
  return root === undefined ? undefined : { tree, root, offset: start.length };
}

/** A text with some ranges replaced. */
function replaced(text: string, changes: readonly (readonly [number, number, string])[]): string {
  let result = text;
  for (const [start, end, by] of [...changes].sort((a, b) => b[0] - a[0]))
    result = result.slice(0, start) + by + result.slice(end);
  return result;
}

/**
 * Analyses a function or class.
 *
 * @param name the name that an anonymous function gets; empty for none
 */
export function functionText(
  value: { readonly name: string },
  name: string,
): FunctionText | Refusal {
  const source = Function.prototype.toString.call(value);
  if (/\{\s*\[native code\]\s*\}$/.test(source))
    return value.name.startsWith("bound ")
      ? new Refusal(
          "is a bound function, whose text is hidden",
          "Write an arrow function that calls it.",
        )
      : new Refusal(
          "is a native function, which has no text",
          "Only functions written in JavaScript or TypeScript can travel.",
        );
  const label = JSON.stringify(name === "__proto__" || name === "" ? "anonymous" : name);
  const plain = tryParse("(", source, ")");
  if (plain !== undefined) {
    const heritage = plain.root.superClass ?? undefined;
    const hasParent =
      heritage !== undefined &&
      source.slice(heritage.start - plain.offset, heritage.end - plain.offset) !== "null";
    let parentName = "$parent";
    while (source.includes(parentName)) parentName += "_";
    const uses = new Uses(plain, hasParent ? heritage : undefined);
    if (uses.refusal !== undefined) return uses.refusal;
    return {
      before: name === "" ? "(" : `({ ${label}:`,
      text: hasParent
        ? replaced(source, [
            [heritage.start - plain.offset, heritage.end - plain.offset, parentName],
          ])
        : source,
      after: name === "" ? ")" : `})[${label}]`,
      source,
      free: uses.free,
      parentName: hasParent ? parentName : undefined,
      writtenParent: heritage?.type === "Identifier" ? heritage.name : undefined,
      staticFields: staticFields(plain.root),
    };
  }
  const text = source.replace(/^static\s+/, "");
  const method = tryParse("({", text, "})");
  if (method === undefined)
    return new Refusal("cannot be read as strict JavaScript", "Write it as an ordinary function.");
  const { key, computed, kind } = method.root;
  if (key === undefined) return new Refusal("is not a function", "Pass a function.");
  const uses = new Uses(method, computed === true ? key : undefined);
  if (uses.refusal !== undefined) return uses.refusal;
  let [start, end] = [key.start - method.offset, key.end - method.offset];
  if (computed === true) {
    start = text.lastIndexOf("[", start);
    end = text.indexOf("]", end) + 1;
  }
  const accessor = kind === "get" || kind === "set";
  return {
    before: accessor ? "Object.getOwnPropertyDescriptor({" : "({",
    text: replaced(text, [[start, end, label]]),
    after: accessor ? `}, ${label}).${kind}` : `})[${label}]`,
    source: text,
    free: uses.free,
    parentName: undefined,
    writtenParent: undefined,
    staticFields: new Map(),
  };
}

function staticFields(root: AnyNode): Map<string, { readonly literal: unknown } | undefined> {
  const fields = new Map<string, { readonly literal: unknown } | undefined>();
  const body = (root.body as AnyNode | undefined)?.body;
  if (!root.type.startsWith("Class") || !Array.isArray(body)) return fields;
  for (const member of body) {
    if (member.static !== true || member.computed === true) continue;
    const key = member.key?.name ?? member.key?.value;
    const isName = typeof key === "string" || typeof key === "number";
    if (member.key?.type === "PrivateIdentifier" || !isName) continue;
    const first = member.value as AnyNode | null | undefined;
    fields.set(
      String(key),
      member.type !== "PropertyDefinition"
        ? { literal: undefined }
        : first?.type === "Literal"
          ? { literal: first.value }
          : undefined,
    );
  }
  return fields;
}

/** Finds the names from outside, and what cannot travel. */
class Uses {
  readonly free = new Map<string, NameUse>();
  refusal: Refusal | undefined;
  readonly #parents = new Map<unknown, AnyNode>();
  readonly #root: AnyNode;

  /** @param ignored a part of the text that will be replaced */
  constructor({ tree, root, offset }: Parsed, ignored: AnyNode | undefined) {
    this.#root = root;
    walk(tree, (node, parent) => {
      if (parent !== undefined) this.#parents.set(node, parent);
    });
    walk(root, (node) => {
      this.refusal ??= this.#refused(node);
    });
    const scopes = scopesOf(tree);
    const inIgnored = (node: AnyNode): boolean =>
      ignored !== undefined && node.start >= ignored.start && node.end <= ignored.end;
    for (const { identifier, ...reference } of references(scopes.globalScope)) {
      const node = identifier as AnyNode;
      if (node.start >= offset && !inIgnored(node)) this.#add(node, reference.isWrite);
    }
    // The function around the text, in which `arguments` would be the caller's.
    const around = scopes.scopes.find(({ type }) => type === "function");
    if ((around?.set.get("arguments")?.references.length ?? 0) > 0)
      this.refusal ??= outside("arguments");
  }

  #add(node: AnyNode, isWrite: boolean): void {
    const name = node.name ?? "";
    const parent = this.#parents.get(node);
    if (DYNAMIC_IMPORT.test(name)) this.refusal ??= refusedImport(parent?.arguments?.[0]);
    if (IMPORT_META.test(name)) this.refusal ??= importMeta();
    const isTypeof = parent?.type === "UnaryExpression" && parent.operator === "typeof";
    const isLoad =
      parent?.type === "CallExpression" &&
      parent.callee === node &&
      isBuiltinName(parent.arguments?.[0]);
    const use = this.free.get(name) ?? {
      paths: [],
      isWritten: false,
      isEager: false,
      isGuarded: false,
      loadsOnlyBuiltins: true,
    };
    this.free.set(name, use);
    use.paths.push(isWrite ? [] : this.#path(node));
    use.isWritten ||= isWrite;
    use.isEager ||= this.#isEager(node);
    use.isGuarded ||= isTypeof;
    use.loadsOnlyBuiltins &&= isLoad;
  }

  /** The members that are read: `a.b` of `name.a.b()`. */
  #path(from: AnyNode): string[] {
    const path: string[] = [];
    let node = from;
    let parent = this.#parents.get(node);
    while (parent?.type === "MemberExpression" && parent.object === node) {
      const { property, computed } = parent;
      const key = computed === true ? property?.value : property?.name;
      if (typeof key !== "string") break;
      path.push(key);
      node = parent;
      parent = this.#parents.get(node);
    }
    const isChanged =
      parent?.type === "UpdateExpression" ||
      (parent?.type === "UnaryExpression" && parent.operator === "delete") ||
      (parent?.type === "AssignmentExpression" && parent.left === node);
    return isChanged ? [] : path;
  }

  #isEager(from: AnyNode): boolean {
    for (let node = from; node !== this.#root;) {
      const parent = this.#parents.get(node);
      if (parent === undefined || isFunctionNode(node)) return false;
      if (parent.type === "PropertyDefinition" && parent.static !== true && parent.value === node)
        return false;
      node = parent;
    }
    return this.#root.type.startsWith("Class");
  }

  /** The node that decides what `this` is; undefined if that is outside of the text. */
  #thisNode(from: AnyNode): AnyNode | undefined {
    for (let node = from; node !== this.#root;) {
      const parent = this.#parents.get(node);
      if (parent === undefined) return undefined;
      if (parent.type === "StaticBlock") return parent;
      if (parent.type === "PropertyDefinition" && parent.value === node) return parent;
      if (isFunctionNode(parent) && parent.type !== "ArrowFunctionExpression") return parent;
      node = parent;
    }
    return undefined;
  }

  #refused(node: AnyNode): Refusal | undefined {
    switch (node.type) {
      case "ThisExpression":
        return this.#thisNode(node) === undefined ? outside("this") : undefined;
      case "MetaProperty":
        if (node.meta?.name === "import") return importMeta();
        return this.#thisNode(node) === undefined ? outside("new.target") : undefined;
      case "Super": {
        const own = this.#thisNode(node);
        const isRoot = own === undefined || own === this.#root || own === this.#root.value;
        return isRoot ? outside("super") : undefined;
      }
      case "ImportExpression":
        return refusedImport(node.source ?? undefined);
      case "PrivateIdentifier":
        return this.#isDeclared(node)
          ? undefined
          : new Refusal(
              `uses the private name #${node.name ?? ""} outside of its class`,
              "Capture the whole class instead.",
            );
      default:
        return undefined;
    }
  }

  #isDeclared(name: AnyNode): boolean {
    for (let node: AnyNode | undefined = name; node !== undefined; node = this.#parents.get(node)) {
      if (node.type !== "ClassBody" || !Array.isArray(node.body)) continue;
      const isSame = ({ key }: AnyNode): boolean =>
        key?.type === "PrivateIdentifier" && key.name === name.name;
      if (node.body.some(isSame)) return true;
    }
    return false;
  }
}

function outside(word: string): Refusal {
  return new Refusal(
    `uses ${word} of the code around it, and ${OUTSIDE}`,
    "Put the values that it needs into constants.",
  );
}

function importMeta(): Refusal {
  return new Refusal(
    "uses import.meta, which names a file of this machine",
    "Compute the value before, in a constant.",
  );
}

function isBuiltinName(node: AnyNode | undefined): boolean {
  return typeof node?.value === "string" && isBuiltin(node.value);
}

function refusedImport(source: AnyNode | undefined): Refusal | undefined {
  if (isBuiltinName(source)) return undefined;
  const what = typeof source?.value === "string" ? JSON.stringify(source.value) : "…";
  return new Refusal(
    `loads import(${what}) when it runs, and the cluster does not have that file`,
    "Import it at the top of the file, or use fromModule().",
  );
}

/** The references that no scope of the text resolves. */
function* references(scope: Scope | null): Iterable<{ identifier: unknown; isWrite: boolean }> {
  for (const reference of scope?.through ?? [])
    yield { identifier: reference.identifier, isWrite: reference.isWrite() };
}
