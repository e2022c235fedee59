import { UnsupportedOperationException } from "../errors.js";
import type { OperationRules } from "../connection/operation-rules.js";
import type { Plan } from "../plan/command.js";
import { sqlTextsOf, tablesOf } from "../plan/data-source-reads.js";
import { relationsIn } from "../plan/plan-parts.js";
import { canonicalName, type DefaultNamespace } from "./dataset-name.js";
import { definedAt, describeDefinition, type PipelineDefinition } from "./definitions.js";
import { sourcesOfQuery } from "./sql-elements.js";

/** The commands that a flow function may send: they only make relations, or define functions that the flow uses. */
const ALLOWED_COMMANDS: ReadonlySet<string> = new Set([
  "sqlCommand",
  // The connection asks for the Python version of the workers, to send a function of the flow.
  "getResourcesCommand",
]);

/** Calls of the catalog that only read it. */
const READS_CATALOG = /^(?:list|get|current|is)|Exists$/;

/** The words for commands that users know by another name. */
const COMMAND_WORDS: Readonly<Record<string, string>> = {
  writeOperation: "writes rows",
  writeOperationV2: "writes rows",
  mergeIntoTableCommand: "writes rows",
  writeStreamOperationStart: "starts a streaming query",
  streamingQueryCommand: "uses a streaming query",
  streamingQueryManagerCommand: "uses streaming queries",
  createDataframeView: "creates a view",
  registerFunction: "registers a function",
  registerTableFunction: "registers a table function",
  registerDataSource: "registers a data source",
  checkpointCommand: "makes a checkpoint",
  pipelineCommand: "starts a pipeline",
};

/** What the function of a flow may do with its session. PySpark refuses the same in block_session_mutations.py. */
export class FlowRules implements OperationRules {
  readonly #definition: PipelineDefinition;
  readonly #namespace: DefaultNamespace;
  readonly #datasets: ReadonlySet<string>;

  /** @param datasets the names of the pipeline's datasets */
  constructor(
    definition: PipelineDefinition,
    namespace: DefaultNamespace,
    datasets: readonly string[],
  ) {
    this.#definition = definition;
    this.#namespace = namespace;
    this.#datasets = new Set(datasets.map((name) => canonicalName(name, namespace)));
  }

  checkPlan(plan: Plan): void {
    const { opType } = plan;
    if (opType.case === "command") {
      const command = opType.value.commandType.case;
      if (command === undefined || ALLOWED_COMMANDS.has(command)) return;
      throw this.#refusal(
        COMMAND_WORDS[command] ?? `sends the command ${command}`,
        "Do it before start(), outside of the pipeline.",
      );
    }
    for (const { relType } of relationsIn(plan)) {
      if (relType.case !== "catalog") continue;
      const call = relType.value.catType.case ?? "";
      if (!READS_CATALOG.test(call))
        throw this.#refusal(
          `changes the catalog or the session with ${call}()`,
          "Do it before start(), outside of the pipeline.",
        );
    }
    this.#checkDatasets(plan, "reads rows of");
  }

  checkAnalysis(analysis: object): void {
    this.#checkDatasets(analysis, "asks for the columns of");
  }

  checkSetting(key: string): void {
    throw this.#refusal(
      `changes the setting ${key}`,
      "Pass it in conf of the pipeline, or in sparkConf of the flow.",
    );
  }

  /** The pipeline's datasets have no rows and maybe no columns yet. */
  #checkDatasets(plan: object, what: string): void {
    const names = [...tablesOf(plan), ...sqlTextsOf(plan).flatMap(sourcesOfQuery)];
    const own = names.find((name) => this.#datasets.has(canonicalName(name, this.#namespace)));
    if (own === undefined) return;
    throw this.#refusal(
      `${what} ${own}, a dataset of the same pipeline`,
      "Spark computes it during the run. Return a DataFrame that reads it.",
    );
  }

  #refusal(what: string, advice: string): UnsupportedOperationException {
    const message = `The function of ${describeDefinition(this.#definition)} ${what}. A flow function only builds a DataFrame. ${advice}`;
    const where = definedAt(this.#definition);
    return new UnsupportedOperationException(where === "" ? message : `${message}\n${where}`, {
      errorClass: "NOT_IN_FLOW_FUNCTION",
    });
  }
}
