/** JavaScript text as a syntax tree. The libraries load at the first use. */
import type { Node, Options, Program } from "acorn";
import type { ScopeManager } from "eslint-scope";
import { loadParser } from "./parser.cjs";

let loaded: ReturnType<typeof loadParser> | undefined;

function parser(): ReturnType<typeof loadParser> {
  return (loaded ??= loadParser());
}

/** Fields of any node that this folder reads. */
export interface AnyNode extends Node {
  readonly name?: string;
  readonly value?: unknown;
  readonly computed?: boolean;
  readonly kind?: string;
  readonly static?: boolean;
  readonly operator?: string;
  readonly object?: AnyNode;
  readonly property?: AnyNode;
  readonly key?: AnyNode;
  readonly left?: AnyNode;
  readonly id?: AnyNode | null;
  readonly superClass?: AnyNode | null;
  readonly body?: AnyNode | AnyNode[];
  readonly meta?: AnyNode;
  readonly callee?: AnyNode;
  readonly arguments?: AnyNode[];
  readonly source?: AnyNode | null;
}

/**
 * Parses a text as strict code.
 *
 * @throws {SyntaxError} the text is not JavaScript
 */
export function parsed(text: string, sourceType: "module" | "script" = "module"): Program {
  const options: Options = {
    ecmaVersion: "latest",
    sourceType,
    allowSuperOutsideMethod: true,
    allowReturnOutsideFunction: true,
    allowHashBang: true,
    // eslint-scope reads them.
    ranges: true,
    checkPrivateFields: false,
  };
  return parser().acorn.parse(text, options);
}

/** The scopes of a parsed text. */
export function scopesOf(tree: Program, sourceType: "module" | "script" = "module"): ScopeManager {
  const { analyze } = parser().eslintScope;
  // acorn's tree is an ESTree with positions.
  return analyze(tree as unknown as Parameters<typeof analyze>[0], {
    ecmaVersion: 2022,
    sourceType,
    ignoreEval: true,
  });
}

/** Visits each node before the nodes below it. */
export function walk(
  node: AnyNode,
  visit: (node: AnyNode, parent: AnyNode | undefined) => void,
): void {
  const work: [AnyNode, AnyNode | undefined][] = [[node, undefined]];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const [current, parent] = next;
    visit(current, parent);
    for (const value of Object.values(current) as unknown[])
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value])
        if (isNode(child)) work.push([child, current]);
  }
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string"
  );
}

/** Whether a node is a function of any kind. */
export function isFunctionNode(node: AnyNode): boolean {
  return /^(?:Arrow)?Function(?:Expression|Declaration)$/.test(node.type);
}
