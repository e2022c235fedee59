import { canonicalName, type DefaultNamespace } from "./dataset-name.js";
import { definitionError, describeDefinition, type PipelineDefinition } from "./definitions.js";
import { sqlElements } from "./sql-elements.js";
import { suggestion } from "../near-name.js";

/** The names of the datasets and sinks of a pipeline, also those in its SQL text. */
export function datasetNames(definitions: readonly PipelineDefinition[]): string[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === "sql")
      return sqlElements(definition.text)
        .filter(({ kind }) => kind !== "flow")
        .map(({ name }) => name);
    return definition.kind === "appendFlow" || definition.kind === "autoCdcFlow"
      ? []
      : [definition.name];
  });
}

/**
 * Refuses a flow into a dataset that the pipeline does not define. Spark reports it only as an empty pipeline.
 *
 * @throws {ArgumentError} naming the flows and their lines
 */
export function checkElements(
  namespace: DefaultNamespace,
  definitions: readonly PipelineDefinition[],
): void {
  const names = datasetNames(definitions);
  const known = new Set(names.map((name) => canonicalName(name, namespace)));
  const lost = definitions.filter(
    (definition) =>
      (definition.kind === "appendFlow" || definition.kind === "autoCdcFlow") &&
      !known.has(canonicalName(definition.target, namespace)),
  ) as Extract<PipelineDefinition, { target: string }>[];
  const [first, ...others] = lost.map((definition) =>
    definitionError(
      "target",
      `${describeDefinition(definition)} writes to ${definition.target}, which the pipeline does not define.${suggestion(definition.target, names)} Add it with createStreamingTable() or sink().`.replace(
        /^the/,
        "The",
      ),
      definition,
    ),
  );
  if (first === undefined) return;
  if (others.length > 0)
    first.message = [first, ...others].map(({ message }) => message).join("\n");
  throw first;
}
