import { EvalType, pythonFunction } from "../../plan/python-function.js";
import { structTypeOf } from "../../plan/schema.js";
import {
  applyInPandasWithState,
  transformWithState,
  type KeyedInput,
} from "../../plan/stateful.js";
import {
  pickledProcessor,
  pickledUdf,
  type PythonClassText,
  type PythonFunctionText,
} from "../../python/python-function.js";
import type { SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import type { StructType } from "../../types/struct-type.js";
import { ArgumentError } from "../../errors.js";
import type { ProcessorClass } from "../../javascript/stateful/stateful-processor.js";
import type { ModuleProcessor } from "../../javascript/stateful/module-processor.js";
import { sentProcessor } from "../javascript/processed-groups.js";
import { DataFrame } from "../dataframe.js";
import type { GroupedData } from "../grouped-data.js";
import { parsedSchema, serverFacts } from "./python-operator.js";

/** When a group without new data times out; PySpark's GroupStateTimeout. */
export type GroupStateTimeout = "NoTimeout" | "ProcessingTimeTimeout" | "EventTimeTimeout";

/** The clock that the timers of a stateful processor use. */
export type TimeMode = "None" | "ProcessingTime" | "EventTime";

/** A function over groups that each have one state; see GroupedData.applyInPandasWithState(). */
export interface ApplyInPandasWithStateOptions extends PythonFunctionText {
  /** The schema of the rows that the function yields, as DDL or StructType. */
  readonly outputSchema: string | StructType;
  /** The schema of each group's state tuple, as DDL or StructType. */
  readonly stateSchema: string | StructType;
  readonly outputMode: "append" | "update";
  readonly timeoutConf: GroupStateTimeout;
}

/** A stateful processor over groups; see GroupedData.transformWithStateInPandas(). */
export interface TransformWithStateOptions extends PythonClassText, ProcessorOptions {}

/** A stateful processor in TypeScript over groups; see GroupedData.transformWithState(). */
export interface TransformWithProcessorOptions<
  R = unknown,
  Keys = unknown,
  S extends string | StructType = string | StructType,
> extends ProcessorOptions {
  /** The class of the processor: a StatefulProcessor of `sparktide/cluster`, or the result of `processorFromModule()`. */
  readonly processor: ProcessorClass<R, Keys> | ModuleProcessor;
  readonly outputSchema: S;
  readonly source?: undefined;
  readonly className?: undefined;
}

/** The options of every stateful processor. */
export interface ProcessorOptions {
  /** The schema of the yielded rows, as DDL or StructType. Of metadata, only comments and defaults are kept. */
  readonly outputSchema: string | StructType;
  readonly outputMode: "append" | "update" | "complete";
  readonly timeMode: TimeMode;
  /** Rows grouped by the same keys. Spark passes them to `handleInitialState` in the query's first batch. */
  readonly initialState?: GroupedData | undefined;
  /** The output's event time column, so that later operators can use its watermark. */
  readonly eventTimeColumnName?: string | undefined;
}

/** The form in which a processor receives rows: pandas DataFrames, or `pyspark.sql.Row`s. */
export type RowForm = "pandas" | "rows";

const PROCESSOR_EVAL_TYPES = {
  pandas: [EvalType.transformWithStateInPandas, EvalType.transformWithStateInPandasInitialState],
  rows: [EvalType.transformWithState, EvalType.transformWithStateInitialState],
} as const;

/** Builds the DataFrame of applyInPandasWithState(). */
export async function groupsWithState(
  context: SessionContext,
  keyed: KeyedInput,
  options: ApplyInPandasWithStateOptions,
  call: CallOptions,
): Promise<DataFrame> {
  const { outputSchema, stateSchema, outputMode, timeoutConf } = options;
  const outputType = await parsedSchema(context, "outputSchema", outputSchema, call);
  const command = pickledUdf(options, structTypeOf(outputType).json());
  const func = pythonFunction({
    name: options.function,
    evalType: EvalType.applyInPandasWithState,
    command,
    outputType,
    ...(await serverFacts(context, keyed.input, call)),
  });
  const body = applyInPandasWithState(keyed, func, {
    outputSchema: schemaText(outputSchema),
    stateSchema: schemaText(stateSchema),
    outputMode,
    timeoutConf,
  });
  return new DataFrame(context, context.connection.relation(body));
}

/** Builds the DataFrame of transformWithState() and transformWithStateInPandas(). */
export async function groupsWithProcessor(
  context: SessionContext,
  keyed: KeyedInput,
  form: RowForm,
  options: (TransformWithStateOptions | TransformWithProcessorOptions) & {
    readonly initial: KeyedInput | undefined;
  },
  call: CallOptions,
): Promise<DataFrame> {
  const { outputMode, timeMode, initial } = options;
  const method = form === "pandas" ? "transformWithStateInPandas()" : "transformWithState()";
  context.connection.version.require(method, 4, 1);
  requireOneForm(method, form, options);
  const isPython = options.source !== undefined;
  const name = isPython ? options.className : options.processor.name;
  const text = isPython
    ? options
    : await sentProcessor(context, options.processor, { ...options, keyed }, call);
  const outputType = await parsedSchema(context, "outputSchema", options.outputSchema, call);
  const command = pickledProcessor(text, {
    outputType: structTypeOf(outputType).json(),
    timeMode,
    hasInitialState: initial !== undefined,
  });
  const func = pythonFunction({
    name,
    evalType: PROCESSOR_EVAL_TYPES[form][initial === undefined ? 0 : 1],
    command,
    outputType,
    ...(await serverFacts(context, keyed.input, call)),
  });
  const body = transformWithState(keyed, func, {
    outputSchema: outputType,
    outputMode,
    timeMode,
    eventTimeColumnName: options.eventTimeColumnName ?? "",
    initialState: initial,
  });
  return new DataFrame(context, context.connection.relation(body));
}

/** @throws {ArgumentError} there is neither Python text nor a processor, or both */
function requireOneForm(
  method: string,
  form: RowForm,
  { source, className, processor }: Partial<Record<"source" | "className" | "processor", unknown>>,
): void {
  const hasText = source !== undefined || className !== undefined;
  if (processor !== undefined && form === "pandas")
    throw new ArgumentError(
      "processor",
      `${method} takes Python text. Use transformWithState() for a processor in TypeScript.`,
    );
  if (processor !== undefined && hasText)
    throw new ArgumentError(
      "processor",
      `${method} takes either a processor in TypeScript, or Python text as source and className, got both.`,
    );
  if (processor === undefined && !hasText)
    throw new ArgumentError(
      "processor",
      `${method} needs a processor in TypeScript, or Python text as source and className, got neither.`,
    );
}

/** The schema as text. JSON keeps metadata that DDL cannot express. */
function schemaText(schema: string | StructType): string {
  return typeof schema === "string" ? schema : schema.json();
}
