import type { SparkVersion } from "../connection/spark-version.js";
import { UnsupportedOperationException } from "../errors.js";
import { definedAt, describeDefinition, type PipelineDefinition } from "./definitions.js";

/** What a definition uses, and the first Spark that has it. */
type Feature = readonly [name: string, major: number, minor: number];

function featuresOf(definition: PipelineDefinition): Feature[] {
  // Spark 4.1, 4.2 and 4.3 know the field and refuse it.
  if (definition.kind === "appendFlow")
    return definition.options.once === true ? [["once: true", 4, 4]] : [];
  if (definition.kind !== "autoCdcFlow") return [];
  const { storedAsScdType, sparkConf } = definition.options;
  return [
    ["autoCdcFlow()", 4, 2],
    ...(storedAsScdType === 2 ? [["storedAsScdType: 2", 4, 3] as const] : []),
    ...(sparkConf === undefined ? [] : [["autoCdcFlow() with sparkConf", 4, 3] as const]),
  ];
}

/**
 * Refuses what the server's Spark lacks, before anything is sent.
 *
 * @throws {UnsupportedOperationException} naming the definition and its line
 */
export function requireFeatures(
  version: SparkVersion,
  definitions: readonly PipelineDefinition[],
): void {
  version.require("A pipeline", 4, 1);
  for (const definition of definitions)
    for (const [name, major, minor] of featuresOf(definition)) {
      if (version.isAtLeast(major, minor)) continue;
      const message = `${describeDefinition(definition).replace(/^the/, "The")} uses ${name}, which needs Spark ${major}.${minor} or newer; the server runs Spark ${version.text}.`;
      const where = definedAt(definition);
      throw new UnsupportedOperationException(where === "" ? message : `${message}\n${where}`, {
        errorClass: "NEEDS_NEWER_SPARK",
      });
    }
}
