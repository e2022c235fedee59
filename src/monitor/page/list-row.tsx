import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { StreamSummary } from "../documents.js";
import { addressOfStream } from "./address.js";
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
  const { lastBatch } = stream;
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
        <Sparkline values={stream.sparkline} />
        <span class="value">{rateText(rateNow(stream))}</span>
      </Cell>
      <Cell name="lag" label="Lag">
        <span class="value">{lagText(stream.lag)}</span>
      </Cell>
      <Cell name="batch" label="Last batch">
        {lastBatch === null ? (
          <span class="value">–</span>
        ) : (
          <>
            <span class="value">
              <Age time={lastBatch.at} suffix=" ago" />
            </span>
            <span class="sub" title={`${exactCount(lastBatch.rows)} rows`}>
              {durationText(lastBatch.durationMs)}, {countText(lastBatch.rows)} rows
            </span>
          </>
        )}
      </Cell>
      <Cell name="restarts" label="Restarts">
        <span class={stream.restarts > 0 ? "value" : "value none"}>{stream.restarts}</span>
      </Cell>
    </tr>
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
