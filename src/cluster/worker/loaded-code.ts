import { constants, Script } from "node:vm";
import { pathToFileURL } from "node:url";
import { dataTypeFromJsonText } from "../../types/parse-schema-json.js";
import type { DataType } from "../../types/data-type.js";
import type { StateSpec } from "../../javascript/stateful/stateful-processor.js";
import { InputReader } from "./input-rows.js";
import { StateShape } from "./state-shape.js";

/** The content of a `load` frame. `src/cluster/code-spec.ts` writes it. */
export interface LoadRequest {
  /** A hash of the request. */
  readonly id: string;
  readonly form: "expression" | "module";
  /** The expression; empty for a module. */
  readonly text: string;
  /** The file with the module, which the bridge has written. */
  readonly file?: string;
  readonly exportName?: string;
  readonly name: string;
  /** The type of the results, as Spark's JSON. */
  readonly returns?: string;
  readonly concurrency?: number;
  readonly states?: readonly StateSpec[];
}

/** A function or class that this process has loaded. */
export interface LoadedCode {
  readonly name: string;
  readonly value: (...args: readonly unknown[]) => unknown;
  readonly returnType: DataType | undefined;
  readonly concurrency: number;
  /** Objects of a class, by the id that Python gave them. */
  readonly objects: Map<string, object>;
  /** The states of a stateful processor. */
  readonly states: readonly StateShape[];
  /** The readers of a stateful processor's keys and rows, which arrive once for each key. */
  readonly readers: { readonly keys: InputReader; readonly rows: InputReader };
  /** Uses of states after the end of their call. The next call fails with them, because nobody may wait for them. */
  readonly lateUses: Error[];
}

const DEFAULT_CONCURRENCY = 16;

/** Runs the text of a function, or imports a module. */
export async function loadedCode(request: LoadRequest): Promise<LoadedCode> {
  const { name, returns, concurrency = DEFAULT_CONCURRENCY } = request;
  const value: unknown =
    request.form === "module" ? await exported(request) : evaluated(request.text, name);
  if (typeof value !== "function")
    throw new TypeError(`${name} must be a function or a class, got ${typeof value}.`);
  return {
    name,
    value: value as LoadedCode["value"],
    returnType: returns === undefined ? undefined : dataTypeFromJsonText(returns),
    concurrency,
    objects: new Map(),
    states: (request.states ?? []).map((spec) => new StateShape(spec, name)),
    readers: { keys: new InputReader("object"), rows: new InputReader("object") },
    lateUses: [],
  };
}

async function exported({ file = "", exportName = "default" }: LoadRequest): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  return module[exportName];
}

function evaluated(text: string, name: string): unknown {
  return new Script(text, {
    // The client looks for this name in stacks.
    filename: `<${name}>`,
    // So that the code can import() modules of Node.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}
