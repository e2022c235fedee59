import { sqlTextsOf, tablesOf } from "../plan/data-source-reads.js";
import { canonicalName, type DefaultNamespace } from "./dataset-name.js";
import type { PipelineDefinition } from "./definitions.js";
import { sourcesOfQuery, sqlElements } from "./sql-elements.js";

/** The names of the tables and views that a plan reads. */
export function tablesRead(plan: object): string[] {
  return [...tablesOf(plan), ...sqlTextsOf(plan).flatMap(sourcesOfQuery)];
}

interface Dataset {
  readonly name: string;
  readonly isView: boolean;
}

function datasetsOf(definition: PipelineDefinition): Dataset[] {
  switch (definition.kind) {
    case "sql":
      return sqlElements(definition.text)
        .filter(({ kind }) => kind !== "flow")
        .map(({ name, kind }) => ({ name, isView: kind === "temporaryView" }));
    case "streamingTable":
    case "createStreamingTable":
    case "materializedView":
    case "temporaryView":
      return [{ name: definition.name, isView: definition.kind === "temporaryView" }];
    default:
      return [];
  }
}

/** The tables and views that a pipeline defines. Its flows can read them, but they may not exist before the run. */
export class OwnDatasets {
  readonly #namespace: DefaultNamespace;
  readonly #isView: ReadonlyMap<string, boolean>;

  constructor(definitions: readonly PipelineDefinition[], namespace: DefaultNamespace) {
    this.#namespace = namespace;
    this.#isView = new Map(
      definitions
        .flatMap(datasetsOf)
        .map(({ name, isView }) => [canonicalName(name, namespace), isView]),
    );
  }

  has(name: string): boolean {
    return this.#isView.has(canonicalName(name, this.#namespace));
  }

  /** Whether a name is a table or materialized view of the pipeline, which the catalog has after the first run. */
  isTable(name: string): boolean {
    return this.#isView.get(canonicalName(name, this.#namespace)) === false;
  }
}
