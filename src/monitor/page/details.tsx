import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type {
  PlanDocument,
  SourceDocument,
  StateOperatorDocument,
  StreamDocument,
  StreamSummary,
} from "../documents.js";
import { streamPath } from "./client.js";
import { usePage } from "./context.js";
import { bytesText, countText, exactCount, lagText, rateText } from "./format.js";
import { Age, Clock } from "./times.js";

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The sources with their offsets, the sink, the trigger, the state, the declaration and the plan. */
export function Details({
  summary,
  document,
  failure,
}: {
  readonly summary: StreamSummary;
  readonly document: StreamDocument | undefined;
  readonly failure: string | undefined;
}): JSX.Element {
  return (
    <section class="card details">
      <h2>Details</h2>
      {failure !== undefined && <p class="error-text">The details could not be read: {failure}</p>}
      <dl class="facts">
        <Fact name="Kind">{summary.pipeline === null ? "stream" : "pipeline"}</Fact>
        {document?.trigger != null && <Fact name="Trigger">{document.trigger}</Fact>}
        {summary.schedule !== null && <Fact name="Schedule">{summary.schedule}</Fact>}
        {summary.nextStartAt !== null && (
          <Fact name={summary.state === "backingOff" ? "Next start" : "Next run"}>
            <Clock time={summary.nextStartAt} /> (in <Age time={summary.nextStartAt} until />)
          </Fact>
        )}
        {document?.watermark != null && (
          <Fact name="Watermark">
            <Clock time={document.watermark} />
          </Fact>
        )}
        {document?.sink != null && (
          <Fact name="Sink">
            <code>{document.sink.description}</code>
            <Metrics values={document.sink.metrics} />
          </Fact>
        )}
        {summary.pipeline === null && (
          <Fact name="Query">
            <Id value={summary.queryId} />
          </Fact>
        )}
        <Fact name="Run">
          <Id value={summary.runId} />
        </Fact>
      </dl>
      {document?.sources.map((source, index) => (
        <Source key={index} source={source} />
      ))}
      {document?.stateOperators.map((operator, index) => (
        <StateOperator key={index} operator={operator} />
      ))}
      {document?.declaration != null && (
        <details>
          <summary>Declaration</summary>
          <pre tabIndex={0}>{JSON.stringify(document.declaration, null, 2)}</pre>
        </details>
      )}
      {summary.pipeline === null && <Plan key={summary.name} name={summary.name} />}
    </section>
  );
}

function Id({ value }: { readonly value: string | null }): JSX.Element {
  return value === null ? <>–</> : <code>{value}</code>;
}

function Metrics({
  values,
}: {
  readonly values: Readonly<Record<string, string>>;
}): JSX.Element | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <dl class="metrics">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Source({ source }: { readonly source: SourceDocument }): JSX.Element {
  const offsets = [
    ["Start", source.startOffset],
    ["End", source.endOffset],
    ["Latest", source.latestOffset],
  ] as const;
  return (
    <section>
      <h3>Source</h3>
      <p>
        <code>{source.description}</code>
      </p>
      <p class="sub">
        {countText(source.rows)} rows in the last batch, {rateText(source.processedRowsPerSecond)}{" "}
        processed
        {source.lag !== null && `, ${lagText(source.lag)} behind`}
      </p>
      <dl class="facts">
        {offsets.map(([name, offset]) => (
          <Fact key={name} name={name}>
            {offset == null ? "–" : <Offset value={offset} />}
          </Fact>
        ))}
      </dl>
      <Metrics values={source.metrics} />
    </section>
  );
}

/** Longer offsets are shown on demand. */
const SHORT_OFFSET = 160;

function Offset({ value }: { readonly value: unknown }): JSX.Element {
  const text = JSON.stringify(value);
  if (text.length <= SHORT_OFFSET) return <code>{text}</code>;
  return (
    <details>
      <summary>
        <code>{text.slice(0, SHORT_OFFSET / 2)}…</code>
      </summary>
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}

function StateOperator({ operator }: { readonly operator: StateOperatorDocument }): JSX.Element {
  return (
    <section>
      <h3>State: {operator.operatorName}</h3>
      <dl class="facts">
        <Fact name="Rows">
          <span title={exactCount(operator.rows)}>{countText(operator.rows)}</span>,{" "}
          {countText(operator.updatedRows)} changed in the last batch
        </Fact>
        <Fact name="Memory">{bytesText(operator.memoryBytes)}</Fact>
        <Fact name="Too late">
          {countText(operator.droppedByWatermark)} rows dropped by the watermark
        </Fact>
      </dl>
    </section>
  );
}

/** The plan is read when the reader opens it: the monitor asks Spark for it. */
function Plan({ name }: { readonly name: string }): JSX.Element {
  const { client } = usePage();
  const [text, setText] = useState("");
  const load = async (): Promise<void> => {
    setText("Loading the plan");
    try {
      const { plan } = await client.get<PlanDocument>(`${streamPath(name)}/plan`);
      setText(
        plan ?? "The query has no plan yet: it does not run, or it has not finished a batch.",
      );
    } catch (error) {
      setText(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details
      onToggle={(event) => {
        if (event.currentTarget.open) void load();
      }}
    >
      <summary>Plan</summary>
      <pre tabIndex={0} aria-live="polite">
        {text}
      </pre>
    </details>
  );
}
