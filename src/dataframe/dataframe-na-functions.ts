import { ArgumentError } from "../errors.js";
import { checkMethods } from "../option-check.js";
import { DROP_RULE } from "./dataframe-options.js";
import { literalMessage } from "../plan/literal.js";
import type { Relation } from "../plan/relation.js";
import { doubleLiteral, dropNa, fillNa, replaceNa } from "../plan/statistics.js";
import type { SessionContext } from "./session-context.js";
import type { DataFrame } from "./dataframe.js";
import { checkedInteger, checkedNames, derived, oneOf, valueEntries } from "./derived.js";

/** What takes the place of nulls. */
export type FillValue = number | bigint | string | boolean;

/** A value that replace() looks for or puts in its place. */
export type ReplaceValue = number | bigint | string | boolean;

/** Values by the value that they take the place of; an object where those are text. */
export type Replacements =
  ReadonlyMap<ReplaceValue, ReplaceValue | null> | Readonly<Record<string, ReplaceValue | null>>;

/** Which rows dropna() drops. */
export interface DropNaOptions {
  /** Those with a null in any of the columns (the default), or in all of them. */
  readonly how?: "any" | "all";
  /** Those with fewer values than this; then `how` does not count. */
  readonly thresh?: number | undefined;
  /** The columns that are looked at; default: all. */
  readonly subset?: string | readonly string[] | undefined;
}

type LiteralMessage = ReturnType<typeof literalMessage>;

/** Works on missing values; `df.na`. */
export class DataFrameNaFunctions {
  readonly #context: SessionContext;
  readonly #input: Relation;

  /** @internal Use df.na. */
  constructor(context: SessionContext, input: Relation) {
    this.#context = context;
    this.#input = input;
  }

  /** See DataFrame.dropna(). */
  drop(options: "any" | "all" | DropNaOptions = {}): DataFrame {
    const {
      how = "any",
      thresh,
      subset,
    } = typeof options === "string" ? { how: options } : options;
    const wanted = oneOf("how", how, ["any", "all"]);
    const least = wanted === "all" ? 1 : undefined;
    const minNonNulls = thresh === undefined ? least : checkedInteger("thresh", thresh, 0);
    return derived(this.#context, dropNa(this.#input, namesOf(subset), minNonNulls));
  }

  /** See DataFrame.fillna(). */
  fill(value: FillValue, subset?: string | readonly string[]): DataFrame;
  fill(values: Readonly<Record<string, FillValue>>): DataFrame;
  fill(
    value: FillValue | Readonly<Record<string, FillValue>>,
    subset?: string | readonly string[],
  ): DataFrame {
    if (typeof value !== "object") {
      const body = fillNa(this.#input, namesOf(subset), [fillLiteral(value)]);
      return derived(this.#context, body);
    }
    // Callers without types pass null.
    const given: unknown = value;
    const columns = given === null ? [] : Object.keys(value);
    if (columns.length === 0) {
      throw new ArgumentError("value", "fillna() takes a value, or values by column: { age: 0 }.");
    }
    const values = Object.values(value).map(fillLiteral);
    return derived(this.#context, fillNa(this.#input, columns, values));
  }

  /** See DataFrame.replace(). */
  replace(values: Replacements, subset?: string | readonly string[]): DataFrame;
  replace(
    from: ReplaceValue | readonly ReplaceValue[],
    to: ReplaceValue | null | readonly (ReplaceValue | null)[],
    subset?: string | readonly string[],
  ): DataFrame;
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
    return derived(this.#context, replaceNa(this.#input, columns, literals));
  }
}

checkMethods(DataFrameNaFunctions.prototype, {
  drop: DROP_RULE,
});

function namesOf(subset: string | readonly string[] | undefined): readonly string[] {
  if (subset === undefined) return [];
  return checkedNames("subset", typeof subset === "string" ? [subset] : subset);
}

/** Like PySpark's: every integer is a BIGINT. */
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
        `Nulls are filled with a number, text or boolean, not ${typeof value}.`,
      );
  }
}

/** -0 is none: BIGINT has no sign for it. */
function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function pairsOf(from: readonly unknown[], to: unknown): (readonly [unknown, unknown])[] {
  if (to === undefined) {
    throw new ArgumentError("value", "replace() needs a value to put in: null for none.");
  }
  if (!Array.isArray(to)) return from.map((old) => [old, to]);
  if (to.length !== from.length) {
    throw new ArgumentError(
      "value",
      `replace() has ${from.length} values to look for and ${to.length} to put in.`,
    );
  }
  return from.map((old, index) => [old, (to as readonly unknown[])[index]]);
}

/** Spark looks in columns of one kind: all of it text, or numbers, or booleans. */
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
    `replace() takes values of one kind, text, numbers or booleans, not ${[...kinds].join(" and ")}.`,
  );
}

/** Like PySpark's: every number is a DOUBLE. */
function replaceLiteral(value: unknown): LiteralMessage {
  if (typeof value !== "number" && typeof value !== "bigint") return literalMessage(value);
  const double = Number(value);
  if (typeof value === "bigint" && BigInt(double) !== value) {
    throw new ArgumentError(
      "replace",
      `Spark replaces numbers as DOUBLE, which cannot hold ${value} exactly; use when(…).otherwise(…).`,
    );
  }
  return doubleLiteral(double);
}
