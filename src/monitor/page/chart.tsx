import type { JSX } from "preact";
import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { axisTimes } from "./axis-times.js";
import { clockTime } from "./format.js";
import { stacked, withGaps } from "./series.js";
import { onThemeChange } from "./theme.js";

export interface Line {
  readonly label: string;
  /** The number of the colour in monitor.css. */
  readonly colour: number;
  readonly values: readonly (number | null)[];
}

interface ChartData {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Milliseconds since 1970. */
  readonly at: readonly number[];
  readonly from: number;
  readonly to: number;
  /** A value with its unit. */
  readonly format: (value: number | null) => string;
  /** The same for the axis, if that is shorter. */
  readonly axis?: (value: number) => string;
  /** The distances that two marks of the axis may have. */
  readonly steps?: readonly number[];
  readonly isStacked?: boolean;
}

/** In the font size of the axes. */
const [AXIS_WIDTH, AXIS_HEIGHT] = [5, 2.4];

const COLOURS = ["--line", "--text-2", ...[1, 2, 3, 4, 5, 6, 7].map((n) => `--chart-${n}`)];

/** Reads colours of the style sheet as `rgb(…)`, because a canvas does not know CSS variables. */
function coloursAt(element: HTMLElement): (name: string) => string {
  const probe = element.ownerDocument.createElement("span");
  element.append(probe);
  const computed = getComputedStyle(probe);
  const read = new Map<string, string>();
  for (const name of COLOURS) {
    probe.style.color = `var(${name})`;
    read.set(name, computed.color);
  }
  probe.remove();
  return (name) => read.get(name) ?? "gray";
}

/** The same colour, but transparent. */
function pale(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.12)");
}

/** The values under the cursor, or the newest ones. */
function valueAt(values: Line["values"], index: number | null): number | null {
  if (index !== null) return values[index] ?? null;
  return values.findLast((value) => value !== null) ?? null;
}

/** A chart of one or more values over time. All charts of a page share their cursor. */
export function Chart(data: ChartData): JSX.Element {
  const { title, format, isStacked = false, to } = data;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [theme, changeTheme] = useReducer((count: number) => count + 1, 0);
  const [index, setIndex] = useState<number | null>(null);
  const { at, lines } = useMemo(() => {
    const filled = withGaps(
      data.at,
      data.lines.map(({ values }) => values),
    );
    const rows = data.lines.map((line, i) => ({ ...line, values: filled.values[i] ?? [] }));
    return { at: filled.at, lines: rows };
  }, [data.at, data.lines]);
  const current = useRef(data);
  current.current = data;
  const aligned = useMemo(() => {
    const values = lines.map((line) => line.values);
    return [at, ...(isStacked ? stacked(values).toReversed() : values)] as uPlot.AlignedData;
  }, [at, lines, isStacked]);
  const labels = lines.map(({ label }) => label).join();

  useEffect(
    () =>
      onThemeChange(() => {
        changeTheme(0);
      }),
    [],
  );
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new uPlot(options(element, current, lines, setIndex), aligned, element);
    plot.current = made;
    const resized = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [labels, isStacked, theme]);
  useEffect(() => {
    plot.current?.setData(aligned);
  }, [aligned, data.from]);

  const shown = index !== null && index < at.length ? index : null;
  const texts = lines.map((line) => ({ ...line, text: format(valueAt(line.values, shown)) }));
  const spoken = texts.map(({ label, text }) => `${label} ${text}`).join(", ");
  return (
    <figure class="card chart">
      <figcaption>
        <h3>{title}</h3>
        <span class="sub">{shown === null ? "" : clockTime(at[shown] ?? to, to)}</span>
      </figcaption>
      <ul class="legend">
        {texts.map(({ label, colour, text }) => (
          <li key={label}>
            <i class={`swatch colour-${colour}`} />
            {label} <b>{text}</b>
          </li>
        ))}
      </ul>
      <div ref={host} class="plot" role="img" aria-label={`${title}, newest values: ${spoken}`} />
    </figure>
  );
}

function options(
  element: HTMLElement,
  current: { readonly current: ChartData },
  lines: readonly Line[],
  setIndex: (index: number | null) => void,
): uPlot.Options {
  const { isStacked = false, steps } = current.current;
  // A canvas has pixels only. The page's font grows on a wall screen.
  const fontSize = 0.78 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  const colourOf = coloursAt(element);
  const grid = { stroke: colourOf("--line"), width: 1 };
  const axis: uPlot.Axis = {
    stroke: colourOf("--text-2"),
    font: `${fontSize}px ${getComputedStyle(element).fontFamily}`,
    grid,
    ticks: { show: false },
  };
  const series = lines.map(({ label, colour }, index): uPlot.Series => {
    const stroke = colourOf(`--chart-${colour}`);
    // The areas of a stacked chart cover each other, so they are opaque.
    const fill = isStacked ? stroke : index === lines.length - 1 ? pale(stroke) : undefined;
    return {
      label,
      stroke,
      width: isStacked ? 0 : 1.75,
      points: { size: 4, fill: stroke },
      ...(fill === undefined ? {} : { fill }),
    };
  });
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    ms: 1,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7 },
      sync: { key: "charts", scales: ["x", null] },
    },
    scales: {
      x: { range: () => [current.current.from, current.current.to] },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: AXIS_HEIGHT * fontSize,
        gap: 8,
        space: 6 * fontSize,
        values: (_plot, times) => axisTimes(times),
      },
      {
        ...axis,
        size: AXIS_WIDTH * fontSize,
        space: 2.2 * fontSize,
        ...(steps === undefined ? {} : { incrs: [...steps] }),
        values: (_plot, values) => {
          const { format, axis: short = format } = current.current;
          return values.map((value) => (value === 0 ? "0" : short(value)));
        },
      },
    ],
    series: [{}, ...(isStacked ? series.toReversed() : series)],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          setIndex(cursor.idx ?? null);
        },
      ],
    },
  };
}
