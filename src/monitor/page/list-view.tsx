import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { usePage, useStore } from "./context.js";
import { EmptyState } from "./empty-state.js";
import { plural } from "./format.js";
import { Icon } from "./icons.js";
import { StreamRow } from "./list-row.js";
import {
  GROUPS,
  listed,
  SORT_KEYS,
  totalsOf,
  type Group,
  type ListSettings,
  type SortKey,
} from "./listing.js";
import { Summary } from "./summary.js";

const GROUP_NAMES: Readonly<Record<Group, string>> = {
  running: "Running",
  failing: "Failing",
  paused: "Paused",
  waiting: "Waiting",
  ended: "Ended",
};

const COLUMN_NAMES: Readonly<Record<SortKey, string>> = {
  name: "Stream",
  state: "State",
  rate: "Rows per second",
  lag: "Lag",
  batch: "Last batch",
  restarts: "Restarts",
};

/** A first click on these columns shows the largest values first. */
const LARGEST_FIRST: readonly SortKey[] = ["rate", "lag", "batch", "restarts"];

interface Chosen {
  readonly settings: ListSettings;
  readonly change: (change: Partial<ListSettings>) => void;
}

/** The list of all streams. */
export function ListView({ settings, change }: Chosen): JSX.Element {
  const { store } = usePage();
  const service = useStore((state) => state.service);
  const streams = useStore((state) => state.streams);
  const totals = useMemo(() => totalsOf(streams.values()), [streams]);
  const shown = useMemo(() => listed(streams.values(), settings), [streams, settings]);
  const title = service?.title ?? "Streams";
  useEffect(() => {
    const failing = totals.groups.failing;
    document.title = failing > 0 ? `(${failing} failing) ${title}` : title;
  }, [totals.groups.failing, title]);
  if (service === null) {
    const isLost = store.state.link.state === "lost";
    return (
      <main id="main" tabIndex={-1}>
        <h1 class="unseen">{title}</h1>
        {!isLost && <p class="loading">Loading the streams</p>}
      </main>
    );
  }
  return (
    <main id="main" tabIndex={-1}>
      <h1 class="unseen">{title}: streams</h1>
      <Summary service={service} totals={totals} />
      {streams.size === 0 ? (
        <EmptyState service={service} />
      ) : (
        <>
          <Tools settings={settings} change={change} counts={totals.groups} all={totals.streams} />
          <p class="unseen" role="status">
            {shown.length === streams.size
              ? ""
              : `${plural(shown.length, "stream")} of ${streams.size}`}
          </p>
          {shown.length === 0 ? (
            <NothingFits change={change} />
          ) : (
            <Table streams={shown} settings={settings} change={change} />
          )}
        </>
      )}
    </main>
  );
}

function NothingFits({ change }: Pick<Chosen, "change">): JSX.Element {
  return (
    <div class="empty small">
      <p>No stream fits the filter.</p>
      <button
        type="button"
        onClick={() => {
          change({ text: "", group: null });
        }}
      >
        Show all streams
      </button>
    </div>
  );
}

function Tools({
  settings,
  change,
  counts,
  all,
}: Chosen & {
  readonly counts: Readonly<Record<Group, number>>;
  readonly all: number;
}): JSX.Element {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => {
      removeEventListener("keydown", focus);
    };
  }, []);
  const groups = GROUPS.filter((group) => counts[group] > 0 || settings.group === group);
  return (
    <div class="tools">
      <label class="search">
        <Icon name="search" />
        <span class="unseen">Filter by name or error</span>
        <input
          ref={search}
          type="search"
          placeholder="Filter by name or error"
          value={settings.text}
          onInput={(event) => {
            change({ text: event.currentTarget.value });
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") change({ text: "" });
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <div class="segments" role="group" aria-label="State">
        <Segment
          name="All"
          count={all}
          isOn={settings.group === null}
          choose={() => {
            change({ group: null });
          }}
        />
        {groups.map((group) => (
          <Segment
            key={group}
            name={GROUP_NAMES[group]}
            count={counts[group]}
            isOn={settings.group === group}
            isBad={group === "failing"}
            choose={() => {
              change({ group: settings.group === group ? null : group });
            }}
          />
        ))}
      </div>
      <label class="sort">
        Sort by{" "}
        <select
          value={settings.sort}
          onChange={(event) => {
            const sort = event.currentTarget.value as SortKey;
            change({ sort, isDescending: LARGEST_FIRST.includes(sort) });
          }}
        >
          {SORT_KEYS.map((key) => (
            <option key={key} value={key}>
              {COLUMN_NAMES[key]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Segment(segment: {
  readonly name: string;
  readonly count: number;
  readonly isOn: boolean;
  readonly isBad?: boolean;
  readonly choose: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={segment.isBad === true ? "segment bad" : "segment"}
      aria-pressed={segment.isOn}
      onClick={segment.choose}
    >
      {segment.name} <span class="count">{segment.count}</span>
    </button>
  );
}

function Table({
  streams,
  settings,
  change,
}: Chosen & { readonly streams: ReturnType<typeof listed> }): JSX.Element {
  // The roles stay where narrow screens show each row as a card, which takes the meaning from the elements.
  return (
    <table class="streams" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {SORT_KEYS.map((key) => (
            <ColumnHead key={key} column={key} settings={settings} change={change} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {streams.map((stream) => (
          <StreamRow key={stream.name} stream={stream} />
        ))}
      </tbody>
    </table>
  );
}

function ColumnHead({
  column,
  settings,
  change,
}: Chosen & { readonly column: SortKey }): JSX.Element {
  const isSorted = settings.sort === column;
  const direction = settings.isDescending ? "descending" : "ascending";
  return (
    <th class={column} role="columnheader" scope="col" aria-sort={isSorted ? direction : undefined}>
      <button
        type="button"
        onClick={() => {
          change(
            isSorted
              ? { isDescending: !settings.isDescending }
              : { sort: column, isDescending: LARGEST_FIRST.includes(column) },
          );
        }}
      >
        {COLUMN_NAMES[column]}
        {isSorted && <Icon name={settings.isDescending ? "down" : "up"} />}
      </button>
    </th>
  );
}
