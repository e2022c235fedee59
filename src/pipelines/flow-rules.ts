import { UnsupportedOperationException } from "../errors.js";
import type { OperationRules } from "../connection/operation-rules.js";
import type { Plan } from "../plan/command.js";
import { relationsIn } from "../plan/plan-parts.js";
import { definedAt, describeDefinition, type PipelineDefinition } from "./definitions.js";
import type { EagerRead } from "./eager-reads.js";
import { tablesRead, type OwnDatasets } from "./own-datasets.js";

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
  readonly #datasets: OwnDatasets;

  constructor(definition: PipelineDefinition, datasets: OwnDatasets) {
    this.#definition = definition;
    this.#datasets = datasets;
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
    const own = tablesRead(plan).find((name) => this.#datasets.has(name));
    if (own === undefined) return;
    throw this.#refusal(
      `${what} ${own}, a dataset of the same pipeline`,
      "Spark computes it during the run. Return a DataFrame that reads it.",
    );
  }

  /** The error for a method that makes Spark look up a dataset before the run. */
  eagerRead({ method, dataset, advice }: EagerRead): UnsupportedOperationException {
    return this.#error(
      `calls ${method} on ${dataset}, a dataset of the same pipeline. Spark looks up the table at once for this method, so a run would not wait for ${dataset}, and would read its former rows. ${advice}`,
    );
  }

  #refusal(what: string, advice: string): UnsupportedOperationException {
    return this.#error(`${what}. A flow function only builds a DataFrame. ${advice}`);
  }

  #error(what: string): UnsupportedOperationException {
    const message = `The function of ${describeDefinition(this.#definition)} ${what}`;
    const where = definedAt(this.#definition);
    return new UnsupportedOperationException(where === "" ? message : `${message}\n${where}`, {
      errorClass: "NOT_IN_FLOW_FUNCTION",
    });
  }
}
