import { ArgumentError } from "../errors.js";
import { checkMethods } from "../option-check.js";
import { DROP_RULE } from "./dataframe-options.js";
import { literalMessage } from "../plan/literal.js";
import type { Relation } from "../plan/relation.js";
import { doubleLiteral, dropNa, fillNa, replaceNa } from "../plan/statistics.js";
import type { SessionContext } from "./session-context.js";
import { checkedInteger, checkedNames, oneOf, valueEntries } from "./checked-arguments.js";
import type { ObjectRow } from "../types/row.js";
import { DataFrame } from "./dataframe.js";
import type { FilledRow, FilledRowBy, NullableRow } from "./typing/row-changes.js";
import type { WrittenName } from "./typing/row-names.js";

/** A value that replaces nulls. */
export type FillValue = number | bigint | string | boolean;

/** A value that replace() searches for or inserts. */
export type ReplaceValue = number | bigint | string | boolean;

/** New values by old value. An object works if the old values are strings. */
export type Replacements =
  ReadonlyMap<ReplaceValue, ReplaceValue | null> | Readonly<Record<string, ReplaceValue | null>>;

/** Which rows dropna() drops. */
export interface DropNaOptions<Row = ObjectRow> {
  /** Drop rows with a null in any of the columns (default), or in all of them. */
  readonly how?: "any" | "all";
  /** Drop rows with fewer non-null values than this. Overrides `how`. */
  readonly thresh?: number | undefined;
  /** The columns to check. Default: all. */
  readonly subset?: WrittenName<Row> | readonly WrittenName<Row>[] | undefined;
}

type LiteralMessage = ReturnType<typeof literalMessage>;

/** Methods for missing values; `df.na`. */
export class DataFrameNaFunctions<out R extends ObjectRow = ObjectRow> {
  /** The type of the rows, for the compiler only. No value has this property at run time. */
  declare readonly "~row": R;

  readonly #context: SessionContext;
  readonly #input: Relation;

  /** @internal Use df.na. */
  constructor(context: SessionContext, input: Relation) {
    this.#context = context;
    this.#input = input;
  }

  /**
   * See DataFrame.dropna().
   *
   * @example people.na.drop({ subset: "age" });
   */
  drop<Row extends ObjectRow>(
    this: DataFrameNaFunctions<Row>,
    options: "any" | "all" | DropNaOptions<Row> = {},
  ): DataFrame<Row> {
    const {
      how = "any",
      thresh,
      subset,
    } = typeof options === "string" ? { how: options } : options;
    const wanted = oneOf("how", how, ["any", "all"]);
    const least = wanted === "all" ? 1 : undefined;
    const minNonNulls = thresh === undefined ? least : checkedInteger("thresh", thresh, 0);
    const body = dropNa(this.#input, namesOf(subset), minNonNulls);
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }

  /**
   * See DataFrame.fillna().
   *
   * @example people.na.fill({ age: 0, city: "unknown" });
   */
  fill<Row extends ObjectRow, const V extends FillValue, const Name extends WrittenName<Row>>(
    this: DataFrameNaFunctions<Row>,
    value: V,
    subset?: Name | readonly Name[],
  ): DataFrame<FilledRow<Row, V, Name>>;
  fill<
    Row extends ObjectRow,
    const Values extends { readonly [Name in WrittenName<Row>]?: FillValue },
  >(this: DataFrameNaFunctions<Row>, values: Values): DataFrame<FilledRowBy<Row, Values>>;
  fill(
    value: FillValue | Readonly<Record<string, FillValue>>,
    subset?: string | readonly string[],
  ): DataFrame {
    if (typeof value !== "object") {
      const body = fillNa(this.#input, namesOf(subset), [fillLiteral(value)]);
      return DataFrame.of(this.#context, body);
    }
    // JavaScript callers may pass null.
    const given: unknown = value;
    const columns = given === null ? [] : Object.keys(value);
    if (columns.length === 0) {
      throw new ArgumentError("value", "fillna() needs a value, or values by column: { age: 0 }.");
    }
    const values = Object.values(value).map(fillLiteral);
    return DataFrame.of(this.#context, fillNa(this.#input, columns, values));
  }

  /**
   * See DataFrame.replace().
   *
   * @example people.na.replace("Bern", "Berne", "city");
   */
  replace<Row extends ObjectRow>(
    this: DataFrameNaFunctions<Row>,
    values: Replacements,
    subset?: WrittenName<Row> | readonly WrittenName<Row>[],
  ): DataFrame<NullableRow<Row>>;
  replace<Row extends ObjectRow>(
    this: DataFrameNaFunctions<Row>,
    from: ReplaceValue | readonly ReplaceValue[],
    to: ReplaceValue | null | readonly (ReplaceValue | null)[],
    subset?: WrittenName<Row> | readonly WrittenName<Row>[],
  ): DataFrame<NullableRow<Row>>;
  replace(
    from: ReplaceValue | readonly ReplaceValue[] | Replacements,
    to?: ReplaceValue | null | readonly (ReplaceValue | null)[],
    subset?: string | readonly string[],
  ): DataFrame {
    const isMap = typeof from === "object" && !Array.isArray(from);
    const pairs = isMap
      ? valueEntries("replace", from as Replacements)
      : pairsOf(Array.isArray(from) ? (from as readonly unknown[]) : [from], to);
    const columns = namesOf(isMap ? (to as string | readonly string[] | undefined) : subset);
    checkKinds(pairs.flat());
    const literals = pairs.map(([old, now]) => [replaceLiteral(old), replaceLiteral(now)] as const);
    return DataFrame.of(this.#context, replaceNa(this.#input, columns, literals));
  }
}

checkMethods(DataFrameNaFunctions.prototype, {
  drop: DROP_RULE,
});

function namesOf(subset: string | readonly string[] | undefined): readonly string[] {
  if (subset === undefined) return [];
  return checkedNames("subset", typeof subset === "string" ? [subset] : subset);
}

/** Like PySpark, sends every integer as a BIGINT. */
function fillLiteral(value: FillValue): LiteralMessage {
  switch (typeof value) {
    case "number":
      return literalMessage(isInteger(value) ? BigInt(value) : value);
    case "bigint":
    case "string":
    case "boolean":
      return literalMessage(value);
    default:
      throw new ArgumentError(
        "value",
        `The fill value must be a number, string or boolean, got ${typeof value}.`,
      );
  }
}

/** Excludes -0, which a BIGINT cannot hold. */
function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function pairsOf(from: readonly unknown[], to: unknown): (readonly [unknown, unknown])[] {
  if (to === undefined) {
    throw new ArgumentError(
      "value",
      "replace() needs the new value as its second argument; null is allowed.",
    );
  }
  if (!Array.isArray(to)) return from.map((old) => [old, to]);
  if (to.length !== from.length) {
    throw new ArgumentError(
      "value",
      `replace() needs as many new values as old values, got ${from.length} old and ${to.length} new.`,
    );
  }
  return from.map((old, index) => [old, (to as readonly unknown[])[index]]);
}

/** Spark searches columns of one type: strings, numbers or booleans. */
function checkKinds(values: readonly unknown[]): void {
  const kinds = new Set(
    values
      .filter((value) => value !== null)
      .map((value) => (typeof value === "bigint" ? "number" : typeof value)),
  );
  const known = ["number", "string", "boolean"];
  if (kinds.size <= 1 && [...kinds].every((kind) => known.includes(kind))) return;
  throw new ArgumentError(
    "replace",
    `All values of replace() must be strings, all numbers or all booleans, got ${[...kinds].join(" and ")}.`,
  );
}

/** Like PySpark, sends every number as a DOUBLE. */
function replaceLiteral(value: unknown): LiteralMessage {
  if (typeof value !== "number" && typeof value !== "bigint") return literalMessage(value);
  const double = Number(value);
  if (typeof value === "bigint" && BigInt(double) !== value) {
    throw new ArgumentError(
      "replace",
      `replace() compares numbers as DOUBLE, which cannot hold ${value} exactly. Use when(…).otherwise(…) instead.`,
    );
  }
  return doubleLiteral(double);
}
