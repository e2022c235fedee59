import { setTimeout as sleep } from "node:timers/promises";
import { dataTypeFromJsonText } from "../../../types/parse-schema-json.js";
import type { Row } from "../../../types/row.js";
import type { StructType } from "../../../types/struct-type.js";
import { HttpClient, type Authorize } from "../../http/client.js";
import type { Poll, Polled } from "../../rest-source-types.js";
import { InputReader } from "../input-rows.js";
import { encodedBatch } from "../output-rows.js";
import { OpenPoll } from "./open-poll.js";
import { jsonText, pollGroups, type PollGroup } from "./poll-steps.js";
import {
  digestOf,
  firstOffset,
  offsetSize,
  packed,
  requireOwn,
  unpacked,
  type Replay,
  type RestOffset,
} from "./rest-offset.js";
import { restSettings, type RestSettings } from "./rest-settings.js";

/** An object of the user's class. */
export interface UserSource {
  readonly schema: unknown;
  poll(context: Poll): AsyncIterable<Polled> | Iterable<Polled>;
  readonly authorize?: Authorize;
}

/** How Python asks for the next batch. */
interface NextBatch {
  /** Waits until the requests have an answer. Otherwise the call returns after a second, and the poll continues. */
  readonly waits: boolean;
  /** Polls without the pause between polls, for Trigger.AvailableNow. */
  readonly drains: boolean;
  /** The columns, as Spark's JSON. */
  readonly schema: string;
}

/** Spark cannot stop a query while it waits for the source. */
const PATIENCE_MS = 1_000;
/** Spark asks again after 10 ms. This saves work of the driver, and does not noticeably delay the stop of a query. */
const NAP_MS = 200;
/** A batch read ends with an error after so many polls, because a poll that always finds rows would never end. */
const MAX_POLLS = 1_000;
/** As many causes as Python receives. */
const MAX_CAUSES = 5;

/**
 * Calls the `poll()` of a RestSource for Spark. A batch of a stream ends after one poll, after `batchSize` rows, after a
 * step, or where the next rows would not fit into the offset.
 */
export class RestRunner {
  readonly #name: string;
  readonly #source: UserSource;
  readonly #replay: Replay;
  readonly #settings: RestSettings;
  readonly #http: HttpClient;
  #poll: OpenPoll | undefined;
  /** The batch that is in work, and the offset where it starts. */
  #next: { readonly from: string; readonly end: Promise<RestOffset | undefined> } | undefined;
  /** The last batch that was made. Spark may ask for it again before it runs it. */
  #made: { readonly from: string; readonly end: RestOffset } | undefined;
  /** The rows of batches that Spark has not committed, by end offset, if the offset has only their digest. */
  readonly #rows = new Map<string, string>();
  /** When the next poll is due after one without rows, in milliseconds since 1970. */
  #notBefore = 0;

  constructor(
    name: string,
    source: UserSource,
    replay: unknown,
    { options, hidden }: { readonly options: Options; readonly hidden: readonly string[] },
  ) {
    if (replay !== "payload" && replay !== "refetch")
      throw new TypeError(
        `${name}.replay must be "payload" or "refetch", got ${JSON.stringify(replay)}.`,
      );
    if (typeof source.poll !== "function")
      throw new TypeError(`${name} has no method poll(), which a RestSource needs.`);
    this.#name = name;
    this.#source = source;
    this.#replay = replay;
    this.#settings = restSettings(options, process.env["SPARKTIDE_ALLOWED_HOSTS"]);
    const secrets = hidden.flatMap((option) => options[option.toLowerCase()] ?? []);
    const authorize =
      source.authorize === undefined
        ? undefined
        : (request: Parameters<Authorize>[0]) => source.authorize?.(request) ?? {};
    this.#http = new HttpClient(this.#settings.http, secrets, authorize);
  }

  schema(): unknown {
    const { schema } = this.#source;
    if (typeof schema === "string" || (typeof schema === "object" && schema !== null))
      return schema;
    throw new TypeError(`${this.#name}.schema must be DDL or a StructType, got ${typeof schema}.`);
  }

  /** The rows of a part: those of a stream's batch, or all rows for a batch read. */
  async *read(part: { readonly data: string } | null): AsyncGenerator<Row, void, undefined> {
    if (part !== null) {
      for (const { numRows, rowAt } of new InputReader("object").batches(unpacked(part.data)))
        for (let row = 0; row < numRows; row++) yield rowAt(row) as Row;
      return;
    }
    try {
      let since: unknown;
      for (let polls = 0, isEmpty = false; !isEmpty; polls++) {
        if (polls === MAX_POLLS)
          throw new Error(
            `${MAX_POLLS} polls of ${this.#name} had rows, so the read may never end. A poll that finds nothing after since must yield nothing.`,
          );
        isEmpty = true;
        for await (const group of this.#groups(since)) {
          isEmpty = false;
          since = group.position;
          yield* group.rows;
        }
      }
    } catch (error) {
      throw this.#discreet(error);
    } finally {
      this.#http.close();
    }
  }

  initialOffset(): RestOffset {
    return firstOffset(this.#name, this.#replay);
  }

  /** The end of the batch after `start`; null if nothing is new, or not yet. */
  async latestOffset(start: RestOffset, how: NextBatch): Promise<RestOffset | null> {
    requireOwn(start, this.#name);
    const from = JSON.stringify(start);
    if (this.#made?.from === from) return this.#made.end;
    if (this.#next?.from !== from) {
      const left = this.#left(start);
      if (left > 0 && !how.drains) {
        await sleep(Math.min(left, NAP_MS));
        return null;
      }
      const schema = dataTypeFromJsonText(how.schema) as StructType;
      const end = this.#batchAfter(start, schema, how.drains);
      this.#next = { from, end };
      // The next call reports the failure.
      end.catch(() => undefined);
    }
    try {
      const ends = [this.#next.end, ...(how.waits ? [] : [sleep(PATIENCE_MS, null)])];
      const end = await Promise.race(ends);
      if (end === null) return null;
      this.#next = undefined;
      if (end !== undefined) this.#made = { from, end };
      return end ?? null;
    } catch (error) {
      this.#next = undefined;
      this.#closePoll();
      throw this.#discreet(error);
    }
  }

  async partitionsBetween(
    start: RestOffset,
    end: RestOffset,
    schema: string,
  ): Promise<readonly object[]> {
    requireOwn(end, this.#name);
    const key = JSON.stringify(end);
    if (JSON.stringify(start) === key || end.n === 0) return [];
    if (end.seq !== start.seq + 1)
      throw new Error(
        `Spark asks ${this.#name} for the batches ${start.seq + 1} to ${end.seq} at once, but an offset has only the rows of its own batch.`,
      );
    // The class may have declared another way of replay when it wrote this offset.
    if (end.g === "payload") return [{ data: end.data }];
    const known = this.#rows.get(key);
    if (known !== undefined) return [{ data: known }];
    try {
      const rows = await this.#fetchedAgain(start, end, dataTypeFromJsonText(schema) as StructType);
      this.#rows.set(key, rows);
      return [{ data: rows }];
    } catch (error) {
      throw this.#discreet(error);
    }
  }

  commit(end: RestOffset): void {
    this.#rows.delete(JSON.stringify(end));
  }

  stop(): void {
    this.#closePoll();
    this.#http.close();
  }

  #groups(since: unknown): AsyncGenerator<PollGroup, void, undefined> {
    const yielded = this.#source.poll({ http: this.#http, since });
    return pollGroups(yielded, since, this.#name);
  }

  /** Milliseconds until a batch after `start` may begin. */
  #left(start: RestOffset): number {
    if (this.#poll?.isAt(start.position) === true) return 0;
    const now = Date.now();
    const { intervalMs } = this.#settings;
    // A time in the future means that a clock was set back.
    const logged = start.polled > now ? 0 : start.polled + intervalMs;
    return Math.max(logged, this.#notBefore) - now;
  }

  async #batchAfter(
    start: RestOffset,
    schema: StructType,
    drains: boolean,
  ): Promise<RestOffset | undefined> {
    for (;;) {
      const continues = this.#poll?.isAt(start.position) === true;
      if (!continues) this.#closePoll();
      const poll = (this.#poll ??= new OpenPoll(this.#groups(start.position), start.position));
      const groups = await poll.take(this.#settings.batchSize);
      if (groups.length > 0) return this.#fitting(start, groups, schema, poll);
      this.#notBefore = poll.startedAt + this.#settings.intervalMs;
      this.#poll = undefined;
      // A drain ends after a poll without rows, not at the end of one whose rows were in earlier batches.
      if (!continues || !drains) return undefined;
    }
  }

  /** The end offset of a batch with as many of these groups as an offset can hold. The others stay in the poll. */
  #fitting(
    start: RestOffset,
    groups: readonly PollGroup[],
    schema: StructType,
    poll: OpenPoll,
  ): RestOffset {
    const { maxOffsetBytes } = this.#settings;
    for (let count = groups.length; ;) {
      const taken = groups.slice(0, count);
      const isLast = count === groups.length && poll.hasEnded;
      const { offset, rows } = this.#offsetAfter(start, taken, schema, isLast ? poll.startedAt : 0);
      const size = offsetSize(offset);
      if (size <= maxOffsetBytes) {
        poll.keep(groups.slice(count), offset.position);
        if (this.#replay === "refetch" && offset.n > 0)
          this.#rows.set(JSON.stringify(offset), rows);
        return offset;
      }
      if (count === 1) throw this.#tooLarge(size, offset.n);
      count = Math.min(count - 1, Math.max(1, Math.floor((count * maxOffsetBytes) / size)));
    }
  }

  #offsetAfter(
    start: RestOffset,
    groups: readonly PollGroup[],
    schema: StructType,
    polled: number,
  ): { readonly offset: RestOffset; readonly rows: string } {
    const rows = groups.flatMap((group) => group.rows);
    const stream = rows.length === 0 ? undefined : this.#encoded(rows, schema);
    const text = stream === undefined ? "" : packed(stream);
    const isPayload = this.#replay === "payload";
    const data = stream === undefined || isPayload ? text : digestOf(stream);
    const offset: RestOffset = {
      ...{ v: 1, src: this.#name, g: this.#replay, seq: start.seq + 1, n: rows.length, polled },
      position: groups.at(-1)?.position,
      data,
    };
    return { offset, rows: text };
  }

  #encoded(rows: readonly Row[], schema: StructType): Uint8Array {
    return encodedBatch(rows, schema, `A row of ${this.#name}.poll()`);
  }

  #tooLarge(size: number, rows: number): Error {
    const advice =
      this.#replay === "payload"
        ? 'raise it, yield positions after fewer rows, or declare static replay = "refetch" if a poll can read the same rows again'
        : "raise it, or yield a shorter position";
    return new Error(
      `${rows} rows of ${this.#name} at one position make an offset of ${size} bytes, more than maxOffsetBytes (${this.#settings.maxOffsetBytes}, at most ${256 << 10}): ${advice}.`,
    );
  }

  /** The rows of a batch that Spark repeats, from a new poll. */
  async #fetchedAgain(start: RestOffset, end: RestOffset, schema: StructType): Promise<string> {
    const rows: Row[] = [];
    const goal = jsonText(end.position);
    let hasReached = false;
    // The end of the loop ends the poll.
    for await (const group of this.#groups(start.position)) {
      rows.push(...group.rows);
      hasReached = jsonText(group.position) === goal;
      if (hasReached || rows.length > end.n) break;
    }
    const stream = hasReached && rows.length === end.n ? this.#encoded(rows, schema) : undefined;
    if (stream !== undefined && digestOf(stream) === end.data) return packed(stream);
    const found = !hasReached
      ? `${rows.length} rows or more without the position at its end`
      : rows.length === end.n
        ? `${rows.length} rows with another content`
        : `${rows.length} rows`;
    throw new Error(
      `Spark repeats a batch of ${this.#name} that had ${end.n} rows, but the API now gives ${found}. To keep rows in the offset, declare static replay = "payload". This query can continue only with a new checkpoint, or if the API gives the same rows again.`,
    );
  }

  #closePoll(): void {
    this.#poll?.close();
    this.#poll = undefined;
  }

  /** The error and its causes without credentials in their texts. */
  #discreet(error: unknown, depth = 0): unknown {
    if (!(error instanceof Error) || depth > MAX_CAUSES) return error;
    if (error.cause !== undefined) error.cause = this.#discreet(error.cause, depth + 1);
    error.message = this.#http.discreet(error.message);
    if (error.stack !== undefined) error.stack = this.#http.discreet(error.stack);
    return error;
  }
}

/** Options by lower-case name. */
export type Options = Readonly<Record<string, string>>;
