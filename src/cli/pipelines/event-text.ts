import type {
  FlowResult,
  PipelineEvent,
  PipelineFailedError,
  PipelineResult,
} from "../../pipelines/index.js";
import { printableCell, printableText } from "../printable.js";

/** An event as PySpark's command prints it: `2026-01-31 10:00:00: Flow … is RUNNING.`, in UTC. */
export function eventText({ timestamp, message }: PipelineEvent): string {
  const time = timestamp.toISOString().slice(0, 19).replace("T", " ");
  return `${time}: ${printableText(message)}\n`;
}

/** An event as one line of JSON. */
export function eventJson(event: PipelineEvent): string {
  const { timestamp, message, flow, dataset, state, runState, error } = event;
  return line({
    event: "progress",
    timestamp: timestamp.toISOString(),
    message,
    flow: flow ?? null,
    dataset: dataset ?? null,
    state: state ?? null,
    runState: runState ?? null,
    error: errorOf(error),
  });
}

/** The last state of each flow with its rows, one line each. */
export function resultText({ flows }: PipelineResult): string {
  return flows
    .map(({ flow, state, rows }) => {
      const count = rows === undefined ? "" : `, ${rows} ${rows === 1n ? "row" : "rows"}`;
      return `${printableCell(flow)}: ${state}${count}\n`;
    })
    .join("");
}

/** The end of a run as one line of JSON. */
export function resultJson(result: PipelineResult | PipelineFailedError): string {
  const states = { PIPELINE_FAILED: "FAILED", PIPELINE_STOPPED: "STOPPED" } as const;
  const code = "code" in result ? result.code : undefined;
  return line({
    event: "result",
    state: code === undefined ? "COMPLETED" : states[code as keyof typeof states],
    flows: result.flows.map(({ flow, dataset, state, rows, error }: FlowResult) => ({
      flow,
      dataset: dataset ?? null,
      state,
      rows: rows === undefined ? null : Number(rows),
      error: errorOf(error),
    })),
  });
}

function errorOf(error: PipelineEvent["error"]): object | null {
  return error === undefined
    ? null
    : { message: error.message, errorClass: error.errorClass ?? null };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
