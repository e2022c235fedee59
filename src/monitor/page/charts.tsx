import type { JSX } from "preact";
import { SPANS, type Span } from "./address.js";
import { Chart, type Line } from "./chart.js";
import {
  bytesText,
  countText,
  durationAxisText,
  durationText,
  lagValueText,
  rateText,
} from "./format.js";
import { useHistory } from "./history.js";
import { hasValues, phaseNames, type Series } from "./series.js";

const SPAN_NAMES: Readonly<Record<Span, string>> = {
  "15m": "15 min",
  "1h": "1 h",
  "6h": "6 h",
  "24h": "24 h",
};

/** The colours of phases, so that a phase has the same one in each stream. Other phases share the last ones. */
const PHASE_COLOURS: Readonly<Record<string, number>> = {
  addBatch: 1,
  queryPlanning: 3,
  latestOffset: 4,
  getOffset: 4,
  getBatch: 5,
  walCommit: 2,
  commitOffsets: 6,
  commitBatch: 7,
};

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Distances between two marks of an axis with durations, in milliseconds. */
const DURATION_STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 240].map((count) => count * HOUR),
];

/** A stream's values over time. */
export function Charts({
  name,
  span,
  choose,
}: {
  readonly name: string;
  readonly span: Span;
  readonly choose: (span: Span) => void;
}): JSX.Element {
  const { series, from, to, failure } = useHistory(name, span);
  return (
    <section class="over-time">
      <div class="card-head">
        <h2>Over time</h2>
        <div class="segments" role="group" aria-label="Time span">
          {(Object.keys(SPANS) as Span[]).map((key) => (
            <button
              key={key}
              type="button"
              class="segment"
              aria-pressed={key === span}
              onClick={() => {
                choose(key);
              }}
            >
              {SPAN_NAMES[key]}
            </button>
          ))}
        </div>
      </div>
      {failure !== undefined && <p class="error-text">The history could not be read: {failure}</p>}
      {series === undefined ? (
        failure === undefined && <p class="loading">Loading the history</p>
      ) : series.at.length === 0 ? (
        <div class="empty small">
          <p>No batch in this time span.</p>
        </div>
      ) : (
        <Grid series={series} from={from} to={to} />
      )}
    </section>
  );
}

function phases(series: Series): readonly Line[] {
  return phaseNames(series).map((label, index) => ({
    label,
    colour: PHASE_COLOURS[label] ?? 6 + (index % 2),
    values: series.phasesMs[label] ?? [],
  }));
}

function Grid({
  series,
  from,
  to,
}: {
  readonly series: Series;
  readonly from: number;
  readonly to: number;
}): JSX.Element {
  const time = { at: series.at, from, to };
  const byPhase = phases(series);
  const one = (label: string, colour: number, values: Line["values"]): readonly Line[] => [
    { label, colour, values },
  ];
  return (
    <div class="charts">
      <Chart
        {...time}
        title="Rows per second"
        format={rateText}
        axis={countText}
        lines={[
          { label: "input", colour: 2, values: series.inputRowsPerSecond },
          { label: "processed", colour: 1, values: series.processedRowsPerSecond },
        ]}
      />
      <Chart
        {...time}
        title="Duration of a batch"
        format={durationText}
        axis={durationAxisText}
        steps={DURATION_STEPS}
        isStacked={byPhase.length > 0}
        lines={byPhase.length > 0 ? byPhase : one("batch", 1, series.batchDurationMs)}
      />
      {hasValues(series.lag) && (
        <Chart
          {...time}
          title="Lag"
          format={(value) => lagValueText(value, series.lagUnit)}
          axis={(value) => (series.lagUnit === "bytes" ? bytesText(value) : countText(value))}
          lines={one("behind the source", 4, series.lag)}
        />
      )}
      {hasValues(series.stateRows) && (
        <Chart
          {...time}
          title="Rows in the state"
          format={countText}
          lines={one("rows", 3, series.stateRows)}
        />
      )}
      {hasValues(series.stateMemoryBytes) && (
        <Chart
          {...time}
          title="Memory of the state"
          format={bytesText}
          lines={one("memory", 3, series.stateMemoryBytes)}
        />
      )}
      {hasValues(series.watermarkDelayMs) && (
        <Chart
          {...time}
          title="Delay of the watermark"
          format={durationText}
          axis={durationAxisText}
          steps={DURATION_STEPS}
          lines={one("behind the newest event", 5, series.watermarkDelayMs)}
        />
      )}
    </div>
  );
}
