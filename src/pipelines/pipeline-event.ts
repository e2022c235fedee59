import type { PipelineEvent as WireEvent } from "../gen/spark/connect/pipelines_pb.js";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { functionFailureIn } from "../javascript/function-failure.js";

/** The state of a flow, in Spark's words. */
export type FlowState =
  | "QUEUED"
  | "PLANNING"
  | "STARTING"
  | "RUNNING"
  | "COMPLETED"
  | "FAILED"
  | "SKIPPED"
  | "STOPPED"
  | "EXCLUDED"
  | "IDLE";

/** The state of a run, in Spark's words. */
export type RunState = "STARTED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELED" | "STOPPING";

/** Why a flow failed. */
export interface FlowError {
  readonly message: string;
  /** Spark's error condition, such as `TABLE_OR_VIEW_NOT_FOUND`, or the code of a function's failure, if the message has it. */
  readonly errorClass?: string | undefined;
}

/** A step of a run, as the server reports it. The server may leave out steps that are not the last one of a flow. */
export interface PipelineEvent {
  readonly timestamp: Date;
  /** The server's text. */
  readonly message: string;
  /** The flow's full name: `spark_catalog.markets.prices`. Undefined for an event of the whole run. */
  readonly flow?: string | undefined;
  /** The dataset or sink that the flow writes. */
  readonly dataset?: string | undefined;
  readonly state?: FlowState | undefined;
  /** Only for an event of the whole run. */
  readonly runState?: RunState | undefined;
  readonly error?: FlowError | undefined;
}

const FLOW_STATES: readonly string[] = [
  ...["QUEUED", "PLANNING", "STARTING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED", "STOPPED"],
  ...["EXCLUDED", "IDLE"],
];
const RUN_STATES: readonly string[] = [
  ...["STARTED", "RUNNING", "COMPLETED", "FAILED", "CANCELED", "STOPPING"],
];

/** `Flow a.b.c has COMPLETED.`, `Flow 'a.b.c' SKIPPED due to …`; the name may be in quotes. */
const OF_FLOW = /^Flow '?(.+?)'? (?:is |has |has been )?([A-Z]+)\b/;
const UNRESOLVED = /^Failed to resolve flow( due to upstream failure)?: '(.+?)'/;
const OF_RUN = /^Run (?:is|has) ([A-Z]+)\b/;
/** `Error: [CONDITION.SUBCONDITION] text`. */
const ERROR = /\nError: (?:\S+Exception: )?((?:\[([A-Z][A-Z0-9_.]*)\])?[\s\S]*)/;

function errorOf(message: string): FlowError | undefined {
  const [, text, errorClass] = ERROR.exec(message) ?? [];
  if (text === undefined) return undefined;
  const ofFunction = functionFailureIn(text);
  if (ofFunction !== undefined) return ofFunction;
  return { message: text.trim(), ...(errorClass !== undefined && { errorClass }) };
}

/** Reads an event. The server sends only a time and a text (PipelineEventSender.scala), so the text tells the rest. */
export function pipelineEvent(
  event: Pick<WireEvent, "timestamp" | "message">,
  datasetOf: (flow: string) => string | undefined,
): PipelineEvent {
  const message = event.message ?? "";
  const timestamp = event.timestamp === undefined ? new Date() : timestampDate(event.timestamp);
  const base = { timestamp, message };
  const error = errorOf(message);
  const withError = error === undefined ? {} : { error };
  const [, runState] = OF_RUN.exec(message) ?? [];
  if (runState !== undefined && RUN_STATES.includes(runState))
    return { ...base, runState: runState as RunState, ...withError };
  const [, upstream, unresolved] = UNRESOLVED.exec(message) ?? [];
  const [, name, state] = OF_FLOW.exec(message) ?? [];
  const flow = unresolved ?? name;
  if (flow === undefined) return { ...base, ...withError };
  const dataset = datasetOf(flow);
  const of = { ...base, flow, ...(dataset !== undefined && { dataset }) };
  if (unresolved !== undefined)
    return { ...of, state: upstream === undefined ? "FAILED" : "SKIPPED", ...withError };
  return {
    ...of,
    ...(state !== undefined && FLOW_STATES.includes(state) && { state: state as FlowState }),
    ...withError,
  };
}
