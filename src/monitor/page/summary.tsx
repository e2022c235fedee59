import type { ComponentChildren, JSX } from "preact";
import type { ServiceDocument } from "../documents.js";
import { countText } from "./format.js";
import type { Totals } from "./listing.js";
import { Age } from "./times.js";

function Tile({
  label,
  value,
  tone,
  children,
}: {
  readonly label: string;
  readonly value: string | number;
  readonly tone?: "bad";
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={tone === undefined ? "tile" : `tile ${tone}`}>
      <dt>{label}</dt>
      <dd>
        <span class="figure">{value}</span>
        <span class="sub">{children}</span>
      </dd>
    </div>
  );
}

/** How many streams run and fail, how many rows they process, and the session. */
export function Summary({
  service,
  totals,
}: {
  readonly service: ServiceDocument;
  readonly totals: Totals;
}): JSX.Element {
  const { running, failing } = totals.groups;
  const version = service.sparkVersion === null ? "Spark" : `Spark ${service.sparkVersion}`;
  return (
    <dl class="summary">
      <Tile label="Running" value={running}>
        of {totals.streams} {totals.streams === 1 ? "stream" : "streams"}
      </Tile>
      {failing > 0 ? (
        <Tile label="Failing" value={failing} tone="bad">
          need attention
        </Tile>
      ) : (
        <Tile label="Failing" value={0}>
          no stream fails
        </Tile>
      )}
      <Tile label="Rows per second" value={countText(totals.rowsPerSecond)}>
        all streams
      </Tile>
      <div class={service.connected ? "tile" : "tile bad"}>
        <dt>{version}</dt>
        <dd>
          <span class="figure">{service.connected ? "Connected" : "No answer"}</span>
          <span
            class="sub"
            title={service.sessionId === null ? undefined : `Session ${service.sessionId}`}
          >
            up for <Age time={service.startedAt} />
          </span>
        </dd>
      </div>
    </dl>
  );
}
