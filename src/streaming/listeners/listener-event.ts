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

/** An event for listeners, by the method that hears it. */
export type ListenerEvent =
  | { readonly method: "onQueryStarted"; readonly event: QueryStartedEvent }
  | { readonly method: "onQueryProgress"; readonly event: QueryProgressEvent }
  | { readonly method: "onQueryIdle"; readonly event: QueryIdleEvent }
  | { readonly method: "onQueryTerminated"; readonly event: QueryTerminatedEvent }
  | { readonly method: "onGap"; readonly event: QueryGapEvent };

/** An event of one query. */
export type QueryEvent = Exclude<ListenerEvent, { method: "onGap" }>;

type WireEvent = StreamingQueryListenerEventsResult["events"][number];

/** QUERY_PROGRESS_EVENT and its kin of spark/connect/commands.proto, whose values plan/ alone may use. */
const PROGRESS = 1;
const TERMINATED = 2;
const IDLE = 3;
/** A progress event holds the report and nothing else. */
const PROGRESS_EVENT = /^\s*\{\s*"progress"\s*:([^]*)\}\s*$/;

/**
 * Reads an event as the server sends it.
 *
 * @throws {ProtocolError} it is of no kind this client knows
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

/** Reads the event that comes with the answer to a start. */
export function parseStartedEvent(json: string): QueryStartedEvent {
  const fields = new ProgressFields(parseLosslessJson(json));
  return {
    ...run(fields),
    name: fields.optionalText("name"),
    timestamp: fields.text("timestamp"),
    jobTags: fields.textList("jobTags"),
  };
}

/** Which run of which query an event is about. */
export function runOf(event: QueryEvent): { readonly id: string; readonly runId: string } {
  return event.method === "onQueryProgress" ? event.event.progress : event.event;
}

function run(fields: ProgressFields): { id: string; runId: string } {
  return { id: fields.text("id"), runId: fields.text("runId") };
}

function report(json: string): string {
  const text = PROGRESS_EVENT.exec(json)?.[1];
  if (text === undefined) {
    throw new ProtocolError("UNREADABLE_PROGRESS", "The server sent a progress event without one.");
  }
  return text;
}
