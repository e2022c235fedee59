import type { JSX } from "preact";
import type { MonitoredState, StreamSummary } from "../documents.js";
import { Icon, type IconName } from "./icons.js";

/** The colour of a state; monitor.css has the values. */
type Tone = "good" | "busy" | "bad" | "calm" | "planned";

const STATES: Readonly<Record<MonitoredState, readonly [string, IconName, Tone]>> = {
  starting: ["Starting", "starting", "busy"],
  running: ["Running", "running", "good"],
  backingOff: ["Retrying", "retrying", "bad"],
  stopping: ["Stopping", "stopping", "busy"],
  paused: ["Paused", "paused", "calm"],
  waiting: ["Waiting", "waiting", "planned"],
  stopped: ["Stopped", "stopped", "calm"],
  completed: ["Completed", "completed", "planned"],
  superseded: ["Superseded", "superseded", "busy"],
  fatal: ["Failed", "failed", "bad"],
};

/** The state in words. */
export function stateText(stream: StreamSummary): string {
  return stream.isStalled ? "Stalled" : STATES[stream.state][0];
}

/** A stream's state: a colour, an icon and a word. */
export function StateBadge({ stream }: { readonly stream: StreamSummary }): JSX.Element {
  const [, icon, tone] = STATES[stream.state];
  return (
    <span class={`badge ${stream.isStalled ? "bad" : tone}`}>
      <Icon name={stream.isStalled ? "stalled" : icon} />
      {stateText(stream)}
    </span>
  );
}

/** What commands asked for, if the stream is not there yet. */
export function pendingText(stream: StreamSummary): string | null {
  const { desired, state } = stream;
  const when = stream.pipeline === null ? " after its batch" : "";
  if (desired === "paused" && state !== "paused") return `pauses${when}`;
  if (desired === "stopped" && (state === "running" || state === "stopping")) return `stops${when}`;
  if (desired === "running" && (state === "paused" || state === "stopped")) return "starts soon";
  return null;
}
