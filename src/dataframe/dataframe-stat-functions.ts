import { requireArray } from "../argument-kind.js";
import { ArgumentError, ProtocolError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { literalMessage } from "../plan/literal.js";
import type { Relation, RelationBody } from "../plan/relation.js";
import {
  statApproxQuantile,
  statCorr,
  statCov,
  statCrosstab,
  statFreqItems,
  statSampleBy,
} from "../plan/statistics.js";
import type { SessionContext } from "./session-context.js";
import type { CallOptions } from "../connection/call-options.js";
import type { ColumnOrName } from "./column.js";
import { checkedExpression } from "./column-list.js";
import { checkedNames, oneOf, valueEntries } from "./checked-arguments.js";
import { DataFrame } from "./dataframe.js";
import { seedOf } from "./sampling.js";
import { singleValue } from "./actions/single-value.js";

/** The default of `support`: freqItems() finds items in more than this fraction of the rows. */
const SUPPORT = 0.01;

/** The fraction of rows to sample for each value of the column. An object works if the values are strings. */
export type Fractions =
  ReadonlyMap<number | bigint | string | boolean, number> | Readonly<Record<string, number>>;

/** Statistics of columns; `df.stat`. */
export class DataFrameStatFunctions {
  readonly #context: SessionContext;
  readonly #input: Relation;

  /** @internal Use df.stat. */
  constructor(context: SessionContext, input: Relation) {
    this.#context = context;
    this.#input = input;
  }

  /**
   * See DataFrame.approxQuantile().
   *
   * @example await people.stat.approxQuantile("age", [0.25, 0.75], 0.01);
   */
  approxQuantile(
    column: string,
    probabilities: readonly number[],
    relativeError: number,
    options?: CallOptions,
  ): Promise<number[]>;
  approxQuantile(
    columns: readonly string[],
    probabilities: readonly number[],
    relativeError: number,
    options?: CallOptions,
  ): Promise<number[][]>;
  async approxQuantile(
    columns: string | readonly string[],
    probabilities: readonly number[],
    relativeError: number,
    options: CallOptions = {},
  ): Promise<number[] | number[][]> {
    requireArray("probabilities", probabilities);
    if (!probabilities.every((one) => typeof one === "number" && one >= 0 && one <= 1)) {
      throw new ArgumentError("probabilities", "probabilities must be numbers between 0 and 1.");
    }
    if (typeof relativeError !== "number" || !(relativeError >= 0)) {
      throw new ArgumentError("relativeError", "relativeError must be a number of at least 0.");
    }
    const names = checkedNames("columns", typeof columns === "string" ? [columns] : columns);
    const body = statApproxQuantile(this.#input, names, probabilities, relativeError);
    const answer = await singleValue(this.#context.connection, body, options);
    if (!Array.isArray(answer)) throw noAnswer("approxQuantile()");
    const quantiles = answer as number[][];
    return typeof columns === "string" ? (quantiles[0] ?? []) : quantiles;
  }

  /**
   * See DataFrame.corr().
   *
   * @example await people.stat.corr("age", "age");
   */
  async corr(
    column1: string,
    column2: string,
    method: "pearson" = "pearson",
    options: CallOptions = {},
  ): Promise<number> {
    const [one = "", other = ""] = checkedNames("corr", [column1, column2]);
    const known = oneOf("method", method, ["pearson"]);
    return this.#number("corr()", statCorr(this.#input, one, other, known), options);
  }

  /**
   * See DataFrame.cov().
   *
   * @example await people.stat.cov("age", "age");
   */
  async cov(column1: string, column2: string, options: CallOptions = {}): Promise<number> {
    const [one = "", other = ""] = checkedNames("cov", [column1, column2]);
    return this.#number("cov()", statCov(this.#input, one, other), options);
  }

  /**
   * See DataFrame.crosstab().
   *
   * @example people.stat.crosstab("city", "name");
   */
  crosstab(column1: string, column2: string): DataFrame {
    const [one = "", other = ""] = checkedNames("crosstab", [column1, column2]);
    return DataFrame.of(this.#context, statCrosstab(this.#input, one, other));
  }

  /**
   * See DataFrame.freqItems().
   *
   * @example people.stat.freqItems(["city"], 0.5);
   */
  freqItems(columns: readonly string[], support: number = SUPPORT): DataFrame {
    if (!(support > 0 && support <= 1)) {
      throw new ArgumentError("support", `support must be above 0 and at most 1, got ${support}.`);
    }
    requireArray("columns", columns);
    const names = checkedNames("columns", columns);
    return DataFrame.of(this.#context, statFreqItems(this.#input, names, support));
  }

  /**
   * See DataFrame.sampleBy().
   *
   * @example people.stat.sampleBy("city", { Bern: 0.5 }, 1);
   */
  sampleBy(column: ColumnOrName, fractions: Fractions, seed?: number | bigint): DataFrame {
    const strata = valueEntries<number>("fractions", fractions).map(([stratum, fraction]) => {
      if (!(fraction >= 0 && fraction <= 1)) {
        throw new ArgumentError(
          "fractions",
          `fractions must be numbers between 0 and 1, got ${String(fraction)}.`,
        );
      }
      return { stratum: literalMessage(stratum), fraction };
    });
    const key = checkedExpression(column, "column");
    return DataFrame.of(this.#context, statSampleBy(this.#input, key, strata, seedOf(seed)));
  }

  async #number(method: string, body: RelationBody, options: CallOptions): Promise<number> {
    const answer = await singleValue(this.#context.connection, body, options);
    if (typeof answer === "number") return answer;
    throw noAnswer(method);
  }
}

checkMethods(DataFrameStatFunctions.prototype, {
  approxQuantile: [3, SIGNAL],
  corr: [3, SIGNAL],
  cov: [2, SIGNAL],
});

function noAnswer(method: string): ProtocolError {
  return new ProtocolError("NO_ANSWER", `The server did not answer ${method} with numbers.`);
}
