import { ProtocolError } from "../../errors.js";
import type { StreamingQueryListenerEventsResult } from "../../gen/spark/connect/commands_pb.js";
import { parseLosslessJson } from "../lossless-json.js";
import { ProgressFields } from "../progress-fields.js";
import { parseProgress } from "../progress.js";
import type {
  QueryGapEvent,
  QueryIdleEvent,
  QueryProgressEvent,
  QueryStartedEvent,
  QueryTerminatedEvent,
} from "./streaming-query-listener.js";

/** An event for listeners, and the listener method that receives it. */
export type ListenerEvent =
  | { readonly method: "onQueryStarted"; readonly event: QueryStartedEvent }
  | { readonly method: "onQueryProgress"; readonly event: QueryProgressEvent }
  | { readonly method: "onQueryIdle"; readonly event: QueryIdleEvent }
  | { readonly method: "onQueryTerminated"; readonly event: QueryTerminatedEvent }
  | { readonly method: "onGap"; readonly event: QueryGapEvent };

/** An event of one query. */
export type QueryEvent = Exclude<ListenerEvent, { method: "onGap" }>;

type WireEvent = StreamingQueryListenerEventsResult["events"][number];

/** QUERY_PROGRESS_EVENT and the other event types of spark/connect/commands.proto. Only plan/ may import the enum. */
const PROGRESS = 1;
const TERMINATED = 2;
const IDLE = 3;
/** A progress event contains only the report. */
const PROGRESS_EVENT = /^\s*\{\s*"progress"\s*:([^]*)\}\s*$/;

/**
 * Parses an event from the server.
 *
 * @throws {ProtocolError} this client does not know the event type
 */
export function parseEvent({ eventType, eventJson }: WireEvent): QueryEvent {
  switch (Number(eventType)) {
    case PROGRESS:
      return { method: "onQueryProgress", event: { progress: parseProgress(report(eventJson)) } };
    case TERMINATED: {
      const fields = new ProgressFields(parseLosslessJson(eventJson));
      const event = {
        ...run(fields),
        exception: fields.optionalText("exception"),
        errorClassOnException: fields.optionalText("errorClassOnException"),
      };
      return { method: "onQueryTerminated", event };
    }
    case IDLE: {
      const fields = new ProgressFields(parseLosslessJson(eventJson));
      return {
        method: "onQueryIdle",
        event: { ...run(fields), timestamp: fields.text("timestamp") },
      };
    }
    default:
      throw new ProtocolError(
        "UNKNOWN_EVENT",
        `The server sent a streaming event of type ${eventType}, which this client does not know.`,
      );
  }
}

/** Parses the event in the answer to a start. */
export function parseStartedEvent(json: string): QueryStartedEvent {
  const fields = new ProgressFields(parseLosslessJson(json));
  return {
    ...run(fields),
    name: fields.optionalText("name"),
    timestamp: fields.text("timestamp"),
    jobTags: fields.textList("jobTags"),
  };
}

/** The query id and run id of an event. */
export function runOf(event: QueryEvent): { readonly id: string; readonly runId: string } {
  return event.method === "onQueryProgress" ? event.event.progress : event.event;
}

function run(fields: ProgressFields): { id: string; runId: string } {
  return { id: fields.text("id"), runId: fields.text("runId") };
}

function report(json: string): string {
  const text = PROGRESS_EVENT.exec(json)?.[1];
  if (text === undefined) {
    throw new ProtocolError(
      "UNREADABLE_PROGRESS",
      "The server sent a progress event without a progress report.",
    );
  }
  return text;
}
