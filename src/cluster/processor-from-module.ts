import { processSettings, type ClusterOptions } from "../javascript/function-options.js";
import { moduleLoader } from "../javascript/module-export.js";
import { moduleProcessor, type ModuleProcessor } from "../javascript/stateful/module-processor.js";

/**
 * The class of a stateful processor that a module exports, for code that needs npm packages or several files. The client
 * bundles the module when it builds the query, and asks a worker for the states of the class, with a job of one row. The
 * bundle needs rolldown or esbuild, unless the module is a JavaScript file without imports. The static `clusterOptions`
 * of the class have no effect: `options` replaces them.
 *
 * @param module the module's file, as `new URL("./totals.ts", import.meta.url)`
 * @param exportName the name of the exported class, a StatefulProcessor
 * @throws {ArgumentError} an option is wrong
 * @example
 * await ticks.groupBy("value").transformWithState({
 *   processor: processorFromModule(new URL("./totals.ts", import.meta.url), "Totals", { heapMb: 256 }),
 *   outputSchema: "value BIGINT, n BIGINT",
 *   outputMode: "update",
 *   timeMode: "None",
 * });
 */
export function processorFromModule(
  module: URL | string,
  exportName: string,
  options: ClusterOptions = {},
): ModuleProcessor {
  const { load } = moduleLoader("processorFromModule()", { module, export: exportName });
  processSettings("processorFromModule()", options);
  return moduleProcessor(exportName, { load, options });
}
