import type { Plan } from "../gen/spark/connect/base_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";
import { commandPlan } from "./command.js";

/** When a streaming query makes a batch; the texts are Spark's intervals, as in `30 seconds`. */
export type Trigger =
  | { readonly processingTime: string }
  | { readonly availableNow: true }
  | { readonly once: true }
  | { readonly continuous: string }
  | { readonly realTime: string };

/** What a stream writer was told. */
export interface StreamWriteSpec {
  readonly format?: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly outputMode?: string | undefined;
  readonly queryName?: string | undefined;
  readonly trigger?: Trigger | undefined;
  readonly partitioningColumns: readonly string[];
  readonly clusteringColumns: readonly string[];
  /** A pickle of the function that is called with each batch, for workers of one Python version. */
  readonly foreachBatch?: StreamFunction | undefined;
  /** A pickle of what is called with each row, as PySpark's foreach makes it. */
  readonly foreach?: StreamFunction | undefined;
}

/** Python code that a stream's rows go to, for workers of one Python version. */
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

/** What can be asked of a streaming query. */
export type QueryCommand = NonNullable<
  Extract<Parameters<typeof commandPlan>[0], { case: "streamingQueryCommand" }>["value"]["command"]
>;

export function queryCommand(run: QueryRun, command: QueryCommand): Plan {
  return commandPlan({
    case: "streamingQueryCommand",
    value: { queryId: { id: run.queryId, runId: run.runId }, command },
  });
}

/** What can be asked of a session's streaming queries. */
export type ManagerCommand = NonNullable<
  Extract<
    Parameters<typeof commandPlan>[0],
    { case: "streamingQueryManagerCommand" }
  >["value"]["command"]
>;

export function managerCommand(command: ManagerCommand): Plan {
  return commandPlan({ case: "streamingQueryManagerCommand", value: { command } });
}

/** Opens the session's stream of events about its queries, which ends when the other is sent. */
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
