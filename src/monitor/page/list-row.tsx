import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { BatchSummary, RunDocument, StreamSummary } from "../documents.js";
import { addressOfStream } from "./address.js";
import { flowsText } from "./flows.js";
import { countText, durationText, exactCount, lagText, rateText } from "./format.js";
import { groupOf, rateNow } from "./listing.js";
import { Sparkline } from "./sparkline.js";
import { pendingText, StateBadge } from "./state-badge.js";
import { Age } from "./times.js";

/** A stream in the list. It renders only if the stream changed. */
export function StreamRow({ stream }: { readonly stream: StreamSummary }): JSX.Element {
  return useMemo(() => <Row stream={stream} />, [stream]);
}

function Cell({
  name,
  label,
  children,
}: {
  readonly name: string;
  readonly label?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <td class={name} role="cell" data-label={label}>
      {children}
    </td>
  );
}

function Row({ stream }: { readonly stream: StreamSummary }): JSX.Element {
  const { pipeline } = stream;
  return (
    <tr role="row" class={groupOf(stream)}>
      <Cell name="name">
        <a href={addressOfStream(stream.name)}>{stream.name}</a>
        <Remark stream={stream} />
      </Cell>
      <Cell name="state">
        <StateBadge stream={stream} />
        <span class="sub">
          for <Age time={stream.since} />
        </span>
      </Cell>
      <Cell name="rate" label="Rows per second">
        {pipeline === null ? (
          <>
            <Sparkline values={stream.sparkline} />
            <span class="value">{rateText(rateNow(stream))}</span>
          </>
        ) : (
          <span class="sub">Pipeline: {flowsText(pipeline)}</span>
        )}
      </Cell>
      <Cell name="lag" label="Lag">
        <span class="value">{lagText(stream.lag)}</span>
      </Cell>
      {pipeline === null ? (
        <LastBatch batch={stream.lastBatch} />
      ) : (
        <LastRun run={pipeline.lastRuns[0]} />
      )}
      <Cell name="restarts" label="Restarts">
        <span class={stream.restarts > 0 ? "value" : "value none"}>{stream.restarts}</span>
      </Cell>
    </tr>
  );
}

function LastBatch({ batch }: { readonly batch: BatchSummary | null }): JSX.Element {
  return (
    <Cell name="batch" label="Last batch">
      {batch === null ? (
        <span class="value">–</span>
      ) : (
        <>
          <span class="value">
            <Age time={batch.at} suffix=" ago" />
          </span>
          <span class="sub" title={`${exactCount(batch.rows)} rows`}>
            {durationText(batch.durationMs)}, {countText(batch.rows)} rows
          </span>
        </>
      )}
    </Cell>
  );
}

function LastRun({ run }: { readonly run: RunDocument | undefined }): JSX.Element {
  return (
    <Cell name="batch" label="Last run">
      {run === undefined ? (
        <span class="value">–</span>
      ) : (
        <>
          <span class="value">
            <Age time={run.at} suffix=" ago" />
          </span>
          <span class="sub">
            {durationText(run.durationMs)}, {run.state}
          </span>
        </>
      )}
    </Cell>
  );
}

/** What is special about a stream: an error, a start that comes, a schedule. */
function Remark({ stream }: { readonly stream: StreamSummary }): JSX.Element | null {
  const { lastError, nextStartAt, schedule, upgrade } = stream;
  const next = nextStartAt !== null && (
    <>
      {stream.state === "backingOff" ? "starts again in " : "next run in "}
      <Age time={nextStartAt} until />
    </>
  );
  if (lastError !== null) {
    return (
      <span class="sub">
        <span class="error-text" title={lastError.message}>
          {lastError.code ?? lastError.name}
        </span>
        {next !== false && <>, {next}</>}
      </span>
    );
  }
  const pending = pendingText(stream);
  if (pending !== null) return <span class="sub">{pending}</span>;
  if (upgrade?.state === "watching") return <span class="sub">upgraded, being watched</span>;
  if (schedule === null && next === false) return null;
  return (
    <span class="sub">
      {schedule}
      {schedule !== null && next !== false && ", "}
      {next}
    </span>
  );
}
