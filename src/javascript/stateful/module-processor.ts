import type { ClusterOptions } from "../function-options.js";
import type { JavaScriptCode } from "../javascript-code.js";

/** The class of a stateful processor in a module, as `processorFromModule()` returns it. */
export interface ModuleProcessor {
  /** The name of the class. */
  readonly name: string;
  /** For the compiler only. No value has this property at run time. */
  readonly "~processor": true;
}

/** What the session needs to send the class. */
export interface ExportedProcessor {
  readonly load: () => Promise<JavaScriptCode>;
  readonly options: ClusterOptions;
}

const EXPORTED = Symbol.for("sparktide.processor");

/** What `processorFromModule()` returns. */
export function moduleProcessor(name: string, exported: ExportedProcessor): ModuleProcessor {
  return Object.defineProperty({ name }, EXPORTED, {
    value: exported,
  }) as unknown as ModuleProcessor;
}

/** The class in a module; undefined for any other value. */
export function exportedProcessor(value: unknown): ExportedProcessor | undefined {
  return (value as { readonly [EXPORTED]?: ExportedProcessor } | null)?.[EXPORTED];
}
