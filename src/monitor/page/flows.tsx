import type { JSX } from "preact";
import type { FlowDocument, PipelineDocument, RunDocument, StreamSummary } from "../documents.js";
import { Figure } from "./figure.js";
import { countText, durationText, exactCount, plural } from "./format.js";
import { Icon, type IconName } from "./icons.js";
import { Age, Clock } from "./times.js";

/** A state in words, with its icon and colour. */
type Shown = readonly [text: string, icon: IconName, tone: string];

/** Spark's states of flows. */
const FLOW_STATES: Readonly<Record<string, Shown>> = {
  QUEUED: ["Queued", "waiting", "calm"],
  PLANNING: ["Planning", "starting", "busy"],
  STARTING: ["Starting", "starting", "busy"],
  RUNNING: ["Running", "running", "good"],
  COMPLETED: ["Completed", "completed", "planned"],
  FAILED: ["Failed", "failed", "bad"],
  SKIPPED: ["Skipped", "stopped", "calm"],
  STOPPED: ["Stopped", "stopped", "calm"],
  EXCLUDED: ["Excluded", "stopped", "calm"],
  IDLE: ["Idle", "completed", "planned"],
};

const RUN_STATES: Readonly<Record<RunDocument["state"], Shown>> = {
  completed: ["Completed", "completed", "planned"],
  failed: ["Failed", "failed", "bad"],
  stopped: ["Stopped", "stopped", "calm"],
};

/** How far the flows are: `2 of 3 flows done`, or how many of them failed. */
export function flowsText({ flows }: PipelineDocument): string {
  if (flows.length === 0) return "no run yet";
  const count = (...states: readonly string[]): number =>
    flows.filter(({ state }) => states.includes(state)).length;
  const failed = count("FAILED");
  const all = plural(flows.length, "flow");
  return failed > 0
    ? `${failed} of ${all} failed`
    : `${count("COMPLETED", "EXCLUDED", "IDLE")} of ${all} done`;
}

/** The counts of a pipeline's runs. */
export function PipelineFigures({
  stream,
  pipeline,
}: {
  readonly stream: StreamSummary;
  readonly pipeline: PipelineDocument;
}): JSX.Element {
  const [last] = pipeline.lastRuns;
  return (
    <dl class="summary small">
      <Figure label="Last run">
        <span class="figure">{durationText(last?.durationMs ?? null)}</span>
        {last !== undefined && (
          <span class="sub">
            {last.state}, started <Age time={last.at} suffix=" ago" />
          </span>
        )}
      </Figure>
      <Figure label="Completed runs">
        <span class="figure">{pipeline.completedRuns}</span>
      </Figure>
      <Figure label="Failed runs">
        <span class="figure">{pipeline.failedRuns}</span>
      </Figure>
      <Figure label="Rows in all">
        <span class="figure" title={exactCount(stream.rowsTotal)}>
          {countText(stream.rowsTotal)}
        </span>
        <span class="sub">read by streaming flows</span>
      </Figure>
      <Figure label="Restarts">
        <span class="figure">{stream.restarts}</span>
      </Figure>
    </dl>
  );
}

/** The flows of the current run, or of the last one. */
export function Flows({ flows }: { readonly flows: readonly FlowDocument[] }): JSX.Element {
  return (
    <section class="card flows">
      <h2>
        Flows <span class="count">{flows.length}</span>
      </h2>
      {flows.length === 0 ? (
        <p class="sub">The pipeline has not run in this process yet.</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Flows">
          <table>
            <thead>
              <tr>
                <th scope="col">Flow</th>
                <th scope="col" class="dataset">
                  Dataset
                </th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Rows
                </th>
              </tr>
            </thead>
            <tbody>
              {flows.map((flow) => (
                <Flow key={flow.flow} flow={flow} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Flow({ flow }: { readonly flow: FlowDocument }): JSX.Element {
  return (
    <>
      <tr>
        <th scope="row">
          <code>{flow.flow}</code>
        </th>
        <td class="dataset">{flow.dataset ?? "–"}</td>
        <td>
          <Badge state={FLOW_STATES[flow.state] ?? [flow.state, "info", "calm"]} />
        </td>
        <td class="number" title={flow.rows === null ? undefined : exactCount(flow.rows)}>
          {countText(flow.rows)}
        </td>
      </tr>
      {flow.error !== null && (
        <tr class="why">
          <td colSpan={4}>
            <pre class="message" tabIndex={0}>
              {flow.error}
            </pre>
          </td>
        </tr>
      )}
    </>
  );
}

/** The runs that ended, the newest first. */
export function LastRuns({ runs }: { readonly runs: readonly RunDocument[] }): JSX.Element {
  return (
    <section class="card">
      <h2>Last runs</h2>
      {runs.length === 0 ? (
        <p class="sub">No run has ended yet.</p>
      ) : (
        <ol class="runs" tabIndex={0} aria-label="Runs, the newest first">
          {runs.map((run) => (
            <li key={run.at}>
              <Clock time={run.at} />
              <span class="sub">{durationText(run.durationMs)}</span>
              <span class="spring" />
              <Badge state={RUN_STATES[run.state]} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Badge({ state: [text, icon, tone] }: { readonly state: Shown }): JSX.Element {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      {text}
    </span>
  );
}
