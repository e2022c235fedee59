import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { StreamSummary } from "../documents.js";
import type { Route } from "./address.js";
import { Charts } from "./charts.js";
import { useStore } from "./context.js";
import { Controls } from "./controls.js";
import { Details } from "./details.js";
import { Figure } from "./figure.js";
import { Flows, LastRuns, PipelineFigures } from "./flows.js";
import { ErrorPanel, FormerErrors } from "./error-panel.js";
import { countText, durationText, exactCount, lagText, rateText } from "./format.js";
import { Icon } from "./icons.js";
import { rateNow } from "./listing.js";
import { Log } from "./log.js";
import { listAddress } from "./route.js";
import { pendingText, StateBadge, stateText } from "./state-badge.js";
import { useStreamDocument } from "./stream-document.js";
import { Age, Clock } from "./times.js";

type StreamRoute = Extract<Route, { view: "stream" }>;

/** The page of a stream. */
export function StreamView({
  route,
  replace,
}: {
  readonly route: StreamRoute;
  readonly replace: (route: Route) => void;
}): JSX.Element {
  const { name } = route;
  const service = useStore((state) => state.service);
  const stream = useStore((state) => state.streams.get(name));
  const isLoaded = service !== null;
  const { document: details, failure } = useStreamDocument(name);
  useEffect(() => {
    document.title = stream === undefined ? name : `${name}: ${stateText(stream).toLowerCase()}`;
  }, [name, stream]);
  if (stream === undefined) {
    return (
      <main id="main" class="stream" tabIndex={-1}>
        <Back />
        <h1>{name}</h1>
        {isLoaded ? (
          <p>This stream does not exist. It may have been removed or renamed.</p>
        ) : (
          <p class="loading">Loading the stream</p>
        )}
      </main>
    );
  }
  const change = (part: Partial<StreamRoute>): void => {
    replace({ ...route, ...part });
  };
  return (
    <main id="main" class="stream" tabIndex={-1}>
      <Back />
      <div class="title">
        <h1>{name}</h1>
        <StateBadge stream={stream} />
        <Since stream={stream} />
        <span class="spring" />
        <Controls stream={stream} commands={service?.commands ?? []} />
      </div>
      {stream.pipeline === null ? (
        <Figures stream={stream} />
      ) : (
        <PipelineFigures stream={stream} pipeline={stream.pipeline} />
      )}
      <UpgradeBanner stream={stream} />
      {stream.lastError !== null && <ErrorPanel error={stream.lastError} />}
      {stream.pipeline === null ? (
        <Charts
          name={name}
          span={route.span}
          choose={(span) => {
            change({ span });
          }}
        />
      ) : (
        <Flows flows={stream.pipeline.flows} />
      )}
      <div class="columns">
        <div>
          {stream.pipeline !== null && <LastRuns runs={stream.pipeline.lastRuns} />}
          <Log
            events={details?.events ?? []}
            level={route.level}
            choose={(level) => {
              change({ level });
            }}
          />
          <FormerErrors errors={details?.errors ?? []} />
        </div>
        <Details summary={stream} document={details} failure={failure} />
      </div>
    </main>
  );
}

function Back(): JSX.Element {
  return (
    <nav aria-label="Way back">
      <a class="back" href={listAddress()}>
        <Icon name="back" />
        All streams
      </a>
    </nav>
  );
}

function Since({ stream }: { readonly stream: StreamSummary }): JSX.Element {
  const pending = pendingText(stream);
  return (
    <span class="sub">
      for <Age time={stream.since} />
      {pending !== null && `, ${pending}`}
      {stream.nextStartAt !== null && (
        <>
          , {stream.state === "backingOff" ? "starts again in" : "next run in"}{" "}
          <Age time={stream.nextStartAt} until />
        </>
      )}
    </span>
  );
}

function Figures({ stream }: { readonly stream: StreamSummary }): JSX.Element {
  const { lastBatch } = stream;
  const rate = rateNow(stream);
  return (
    <dl class="summary small">
      <Figure label="Processed">
        <span class="figure">{rateText(rate)}</span>
        {lastBatch !== null && rate !== null && (
          <span class="sub">input {rateText(lastBatch.inputRowsPerSecond)}</span>
        )}
      </Figure>
      <Figure label="Lag">
        <span class="figure">{lagText(stream.lag)}</span>
        <span class="sub">{stream.lag === null ? "not known" : "behind the source"}</span>
      </Figure>
      <Figure label="Last batch">
        <span class="figure">{durationText(lastBatch?.durationMs ?? null)}</span>
        {lastBatch !== null && (
          <span class="sub">
            batch {lastBatch.id}, <Age time={lastBatch.at} suffix=" ago" />
          </span>
        )}
      </Figure>
      <Figure label="Rows in all">
        <span class="figure" title={exactCount(stream.rowsTotal)}>
          {countText(stream.rowsTotal)}
        </span>
        {lastBatch !== null && (
          <span class="sub">{countText(lastBatch.rows)} in the last batch</span>
        )}
      </Figure>
      <Figure label="Restarts">
        <span class="figure">{stream.restarts}</span>
      </Figure>
    </dl>
  );
}

const UPGRADES = {
  watching: ["The upgrade is being watched", "planned"],
  succeeded: ["The last upgrade succeeded", "good"],
  rolledBack: ["The last upgrade failed, and the former declaration runs again", "bad"],
} as const;

function UpgradeBanner({ stream }: { readonly stream: StreamSummary }): JSX.Element | null {
  const { upgrade } = stream;
  if (upgrade === null) return null;
  const [text, tone] = UPGRADES[upgrade.state];
  return (
    <div class={`banner ${tone}`}>
      <Icon name={tone === "bad" ? "warning" : "up"} />
      <p>
        <strong>{text}</strong> (<Clock time={upgrade.at} />
        ).{upgrade.error !== null && ` ${upgrade.error.message}`}
      </p>
    </div>
  );
}
