/** A module that needs no bundler. */
import { extname } from "node:path";
import type { AnyNode } from "../capture/syntax.js";
import { parsed, walk } from "../capture/syntax.js";

/** The text of one ES module, and what it exports. */
export interface ModuleText {
  readonly text: string;
  readonly exports: readonly string[];
  /** The text is the user's file as it is. */
  readonly isPlain: boolean;
}

/** What only a bundler can follow, or means another file on the worker. */
const LOADS = /^(?:Import|ExportAll|MetaProperty)/;

const COMMON_JS = /^(?:require|module|exports)$/;

interface Declaration extends AnyNode {
  readonly declarations?: readonly { readonly id: AnyNode }[];
}

interface PatternNode extends AnyNode {
  readonly properties?: readonly PatternNode[];
  readonly elements?: readonly (PatternNode | null)[];
  readonly argument?: PatternNode;
}

interface ExportNode extends AnyNode {
  readonly declaration?: Declaration | null;
  readonly specifiers?: readonly { readonly exported: AnyNode }[];
}

/** Whether an export takes its values from another module. */
function isNamed({ source }: AnyNode): boolean {
  return source !== undefined && source !== null;
}

/** The names that a declaration defines: `a` and `b` for `const { x: a, y: [b] }`. */
function patternNames(node: PatternNode): string[] {
  const inner = [
    ...(node.properties ?? []).map((each) => each.argument ?? (each.value as PatternNode)),
    ...(node.elements ?? []),
    node.left ?? node.argument,
  ];
  if (node.type === "Identifier") return [node.name ?? ""];
  return inner.flatMap((each) => (each === null || each === undefined ? [] : patternNames(each)));
}

/** The module of a JavaScript file without imports; undefined for any other file. */
export function plainModule(path: string, source: string): ModuleText | undefined {
  if (!/^\.m?js$/.test(extname(path))) return undefined;
  let tree;
  try {
    tree = parsed(source);
  } catch {
    // The bundler has a better message.
    return undefined;
  }
  const loads: AnyNode[] = [];
  walk(tree, (node) => {
    const isCommonJs = node.type === "Identifier" && COMMON_JS.test(node.name ?? "");
    if (LOADS.test(node.type) || isCommonJs || (node.type.startsWith("Export") && isNamed(node)))
      loads.push(node);
  });
  if (loads.length > 0) return undefined;
  const exports = (tree.body as unknown as ExportNode[]).flatMap((node): string[] => {
    if (node.type === "ExportDefaultDeclaration") return ["default"];
    if (node.type !== "ExportNamedDeclaration") return [];
    const { declaration, specifiers = [] } = node;
    const declared = declaration?.id
      ? [declaration.id]
      : (declaration?.declarations ?? []).map(({ id }) => id);
    return [
      ...declared.flatMap(patternNames),
      ...specifiers.map(({ exported }) => exported.name ?? String(exported.value)),
    ];
  });
  return { text: source, exports, isPlain: true };
}
