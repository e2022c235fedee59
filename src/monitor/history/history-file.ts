import { readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { appendFile, open, rename } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { thrownMessage } from "../../thrown-value.js";
import { POINT_VALUES, type BatchPoint } from "./batch-point.js";
import { SERIES, type StreamHistory } from "./stream-history.js";

/** The first line. It distinguishes our file from another program's. */
const HEADER = { format: "sparktide-monitor-history", version: 1 };
const FLUSH_MS = 5_000;
/** A file below this size is not compacted. */
const SMALLEST_COMPACTION = 1_000_000;
const MINUTE = SERIES[1].stepMs;
const QUARTER = SERIES[2].stepMs;

/** A line of the file: the stream, the step in milliseconds, the time, the values in the order of POINT_VALUES, the phases. */
type Line = readonly [
  stream: string,
  stepMs: number,
  at: number,
  values: readonly (number | null)[],
  phases: Readonly<Record<string, number>>,
];

/**
 * Keeps the 1-minute and 15-minute points of streams in a file, so that a restart keeps the charts. Each line is a point as
 * JSON. The monitor appends lines, and rewrites the file when it has twice the size of what is kept. Failures are reported as
 * warnings, and never thrown.
 */
export class HistoryFile {
  readonly #path: string;
  readonly #warn: (text: string) => void;
  readonly #histories: () => ReadonlyMap<string, StreamHistory>;
  #pending: string[] = [];
  #bytes = 0;
  #compactAt = SMALLEST_COMPACTION;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isOff = false;
  #hasFailed = false;

  /**
   * @param histories all values of streams, for a rewrite of the file
   * @param warn receives a sentence for the log
   */
  constructor(
    path: string,
    histories: () => ReadonlyMap<string, StreamHistory>,
    warn: (text: string) => void,
  ) {
    this.#path = path;
    this.#histories = histories;
    this.#warn = warn;
  }

  /** Reads the file into the histories. Blocks while it reads: about two seconds for 100 streams of a week. */
  restore(historyOf: (stream: string) => StreamHistory): void {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") this.#create("wx");
      else this.#turnOff(`cannot be read (${thrownMessage(error)})`);
      return;
    }
    if (text === "") {
      this.#create("w");
      return;
    }
    const [first = "", ...lines] = text.split("\n");
    const header = parsedHeader(first);
    if (header?.format !== HEADER.format || header.version !== HEADER.version) {
      this.#turnOff("is not a file that a monitor of this release wrote, so it was not changed");
      return;
    }
    // Empty, unless a crash cut the last line.
    const cut = lines.pop() ?? "";
    try {
      const points = lines.map(parsedLine);
      restorePoints(points, historyOf);
      this.#bytes = Buffer.byteLength(text) - Buffer.byteLength(cut);
      if (cut !== "") truncateSync(this.#path, this.#bytes);
    } catch {
      this.#setAside();
      return;
    }
    this.#compactAt = Math.max(SMALLEST_COMPACTION, 2 * this.#bytes);
  }

  /** Adds a completed 1-minute point. */
  append(stream: string, point: BatchPoint): void {
    if (this.#isOff) return;
    this.#pending.push(lineOf(stream, MINUTE, point));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#flush());
    }, FLUSH_MS).unref();
  }

  /** Adds the 1-minute point that later batches would still change. A later line of the same minute replaces it. */
  appendOpen(stream: string, { minutes }: StreamHistory): void {
    if (!this.#isOff && minutes.length > 0)
      this.#pending.push(lineOf(stream, MINUTE, minutes.get(minutes.length - 1)));
  }

  /** Writes what is pending, and ends. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0 || this.#isOff) return;
    const text = `${this.#pending.join("\n")}\n`;
    this.#pending = [];
    try {
      if (this.#bytes + text.length > this.#compactAt) await this.#compact();
      else {
        await appendFile(this.#path, text, { mode: 0o600 });
        this.#bytes += Buffer.byteLength(text);
      }
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed)
        this.#warn(
          `The history file ${this.#path} could not be written (${thrownMessage(error)}), so a restart loses these minutes of the charts.`,
        );
      this.#hasFailed = true;
    }
  }

  /** Replaces the file by what is kept in memory, which has all pending points. */
  async #compact(): Promise<void> {
    const draft = `${this.#path}.draft`;
    const file = await open(draft, "w", 0o600);
    let bytes = 0;
    try {
      for (const text of textParts(this.#histories())) {
        bytes += (await file.write(text)).bytesWritten;
        // The text of 100 streams would block other work for too long.
        await setImmediate();
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
    this.#bytes = bytes;
    this.#compactAt = Math.max(SMALLEST_COMPACTION, 2 * this.#bytes);
  }

  #create(flag: "w" | "wx"): void {
    try {
      const text = `${JSON.stringify(HEADER)}\n`;
      writeFileSync(this.#path, text, { mode: 0o600, flag });
      this.#bytes = text.length;
    } catch (error) {
      // A process whose place this one may take later has made it at the same time.
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
      this.#turnOff(`cannot be written (${thrownMessage(error)})`);
    }
  }

  #setAside(): void {
    try {
      renameSync(this.#path, `${this.#path}.damaged`);
    } catch (error) {
      this.#turnOff(`is damaged, and cannot be renamed (${thrownMessage(error)})`);
      return;
    }
    this.#warn(
      `The history file ${this.#path} is damaged and was renamed to ${this.#path}.damaged. The charts start empty.`,
    );
    this.#create("wx");
  }

  #turnOff(reason: string): void {
    this.#isOff = true;
    this.#warn(
      `The history file ${this.#path} ${reason}. The charts of this process will be lost at its end.`,
    );
  }
}

/** The lines of the whole file. A 15-minute point is written if its 1-minute points are not all kept. */
function* textParts(histories: ReadonlyMap<string, StreamHistory>): Generator<string> {
  yield `${JSON.stringify(HEADER)}\n`;
  for (const [stream, { minutes, quarters }] of histories) {
    const lines: string[] = [];
    const whole = Math.ceil(minutes.oldest / QUARTER) * QUARTER;
    for (const point of quarters.between(0, whole - 1)) lines.push(lineOf(stream, QUARTER, point));
    for (const point of minutes.between(0, Infinity)) lines.push(lineOf(stream, MINUTE, point));
    if (lines.length > 0) yield `${lines.join("\n")}\n`;
  }
}

function lineOf(stream: string, stepMs: number, point: BatchPoint): string {
  const line: Line = [
    stream,
    stepMs,
    point.at,
    POINT_VALUES.map((name) => short(point[name])),
    Object.fromEntries(
      Object.entries(point.phasesMs).map(([phase, ms]) => [phase, short(ms) ?? 0]),
    ),
  ];
  return JSON.stringify(line);
}

/** The digits that single precision keeps. */
function short(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}

function parsedHeader(line: string): { format?: unknown; version?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @throws {Error} the line is not a point */
function parsedLine(line: string): Line {
  const value: unknown = JSON.parse(line);
  if (!Array.isArray(value) || value.length !== 5) throw new Error("not a point");
  const [stream, stepMs, at, values, phases] = value as unknown[];
  const isPoint =
    typeof stream === "string" &&
    (stepMs === MINUTE || stepMs === QUARTER) &&
    typeof at === "number" &&
    Array.isArray(values) &&
    values.length === POINT_VALUES.length &&
    values.every((one) => typeof one === "number" || one === null) &&
    typeof phases === "object" &&
    phases !== null &&
    Object.values(phases).every((ms) => typeof ms === "number");
  if (!isPoint) throw new Error("not a point");
  return value as unknown as Line;
}

function pointOfLine([, , at, values, phasesMs]: Line): BatchPoint {
  const numbers = Object.fromEntries(
    POINT_VALUES.map((name, index) => [name, values[index] ?? NaN]),
  ) as Record<(typeof POINT_VALUES)[number], number>;
  return { ...numbers, at, phasesMs };
}

/**
 * Adds the points to the histories. Of two lines of the same minute, the later one counts. A stream without a point in the last
 * week of the file was removed.
 */
function restorePoints(lines: readonly Line[], historyOf: (stream: string) => StreamHistory): void {
  const minutes = new Map<string, Map<number, Line>>();
  const quarters = new Map<string, Map<number, Line>>();
  for (const line of lines) {
    const [stream, stepMs, at] = line;
    if (stepMs === QUARTER) {
      const known = quarters.get(stream) ?? new Map<number, Line>();
      quarters.set(stream, known.set(at, line));
    } else {
      const known = minutes.get(stream) ?? new Map<number, Line>();
      minutes.set(stream, known.set(at, line));
    }
  }
  const newest = lines.reduce((latest, [, , at]) => Math.max(latest, at), 0);
  for (const [stream, points] of minutes) {
    const last = Math.max(...points.keys());
    if (last < newest - SERIES[2].keepMs) continue;
    const known = quarters.get(stream);
    for (const line of known?.values() ?? []) historyOf(stream).quarters.add(pointOfLine(line));
    for (const line of points.values()) {
      const quarter = Math.floor(line[2] / QUARTER) * QUARTER;
      historyOf(stream).restoreMinute(pointOfLine(line), known?.has(quarter) !== true);
    }
  }
}
