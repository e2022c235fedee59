import type { Plan } from "../gen/spark/connect/base_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";
import { commandPlan } from "./command.js";

/** When a streaming query starts a batch. The texts are intervals in Spark's syntax, such as `30 seconds`. */
export type Trigger =
  | { readonly processingTime: string }
  | { readonly availableNow: true }
  | { readonly once: true }
  | { readonly continuous: string }
  | { readonly realTime: string };

/** The settings of a DataStreamWriter. */
export interface StreamWriteSpec {
  readonly format?: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly outputMode?: string | undefined;
  readonly queryName?: string | undefined;
  readonly trigger?: Trigger | undefined;
  readonly partitioningColumns: readonly string[];
  readonly clusteringColumns: readonly string[];
  /** The function to call with each batch. */
  readonly foreachBatch?: StreamFunction | undefined;
  /** The code to call with each row, in the form that PySpark's foreach sends. */
  readonly foreach?: StreamFunction | undefined;
}

/** A pickle of Python code that receives a stream's rows. It works in one Python version only. */
interface StreamFunction {
  readonly command: Uint8Array;
  readonly pythonVersion: string;
}

type WriteStart = Extract<
  Parameters<typeof commandPlan>[0],
  { case: "writeStreamOperationStart" }
>["value"];
type WireTrigger = WriteStart["trigger"];

function wireTrigger(trigger: Trigger): NonNullable<WireTrigger> {
  if ("processingTime" in trigger) {
    return { case: "processingTimeInterval", value: trigger.processingTime };
  }
  if ("availableNow" in trigger) return { case: "availableNow", value: true };
  if ("once" in trigger) return { case: "once", value: true };
  if ("continuous" in trigger) {
    return { case: "continuousCheckpointInterval", value: trigger.continuous };
  }
  return { case: "realTimeBatchDuration", value: trigger.realTime };
}

function wireFunction({
  command,
  pythonVersion,
}: StreamFunction): NonNullable<WriteStart["foreachBatch"]> {
  return {
    function: { case: "pythonFunction", value: { command, pythonVer: pythonVersion } },
  };
}

/** Starts a streaming query. */
export function startStream(
  input: Relation,
  spec: StreamWriteSpec,
  sink: { readonly path?: string | undefined; readonly table?: string | undefined },
): Plan {
  return commandPlan({
    case: "writeStreamOperationStart",
    value: {
      input,
      format: spec.format ?? "",
      options: { ...spec.options },
      outputMode: spec.outputMode ?? "",
      queryName: spec.queryName ?? "",
      partitioningColumnNames: [...spec.partitioningColumns],
      clusteringColumnNames: [...spec.clusteringColumns],
      ...(spec.foreachBatch !== undefined && { foreachBatch: wireFunction(spec.foreachBatch) }),
      ...(spec.foreach !== undefined && { foreachWriter: wireFunction(spec.foreach) }),
      ...(spec.trigger !== undefined && { trigger: wireTrigger(spec.trigger) }),
      ...(sink.path !== undefined && { sinkDestination: { case: "path", value: sink.path } }),
      ...(sink.table !== undefined && {
        sinkDestination: { case: "tableName", value: sink.table },
      }),
    },
  });
}

/** A run of a query: `queryId` survives restarts from one checkpoint, `runId` does not. */
export interface QueryRun {
  readonly queryId: string;
  readonly runId: string;
}

/** A request to a streaming query. */
export type QueryCommand = NonNullable<
  Extract<Parameters<typeof commandPlan>[0], { case: "streamingQueryCommand" }>["value"]["command"]
>;

export function queryCommand(run: QueryRun, command: QueryCommand): Plan {
  return commandPlan({
    case: "streamingQueryCommand",
    value: { queryId: { id: run.queryId, runId: run.runId }, command },
  });
}

/** A request to the manager of a session's streaming queries. */
export type ManagerCommand = NonNullable<
  Extract<
    Parameters<typeof commandPlan>[0],
    { case: "streamingQueryManagerCommand" }
  >["value"]["command"]
>;

export function managerCommand(command: ManagerCommand): Plan {
  return commandPlan({ case: "streamingQueryManagerCommand", value: { command } });
}

/** `add` opens the session's stream of query events; `remove` ends that stream. */
export function listenerBusCommand(what: "add" | "remove"): Plan {
  return commandPlan({
    case: "streamingQueryListenerBusCommand",
    value: {
      command:
        what === "add"
          ? { case: "addListenerBusListener", value: true }
          : { case: "removeListenerBusListener", value: true },
    },
  });
}
