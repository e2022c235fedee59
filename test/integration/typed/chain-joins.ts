import type { StructType } from "../../../src/index.js";
import { columnsOf, isSameType, kindOf, NUMERIC, type ChainColumn } from "./chain-columns.js";
import { ChainExpressions } from "./chain-expressions.js";
import type { StepInput } from "./chain-steps.js";
import type { RandomChoices } from "./random-choices.js";

const TYPES: readonly [string, ...string[]] = [
  "inner",
  "left",
  "left_outer",
  "right",
  "right_outer",
  "full",
  "outer",
  "full_outer",
  "semi",
  "left_semi",
  "anti",
  "left_anti",
];

/** A join with a base table, and sometimes an operation on both sides. Undefined if no columns are alike. */
export function joinStep(choices: RandomChoices, input: StepInput): string | undefined {
  const { fresh, schema, tables } = input;
  const table = choices.of(Object.keys(tables)) ?? "";
  const right = columnsOf(tables[table] as StructType, "r");
  const left = columnsOf(schema, "l");
  const shared = left.filter((column) =>
    right.some((other) => other.name === column.name && isAlike(column, other)),
  );
  const how = choices.one(TYPES);
  if (choices.chance(0.1)) return `crossJoin(${table})`;
  const isLeftOnly = how.includes("semi") || how.includes("anti");
  const type = how === "inner" && choices.chance(0.5) ? "" : `, "${how}"`;
  const one = choices.of(shared);
  if (one !== undefined && choices.chance(0.5)) {
    if (NUMERIC.includes(kindOf(one)) && choices.chance(0.2)) {
      const name = JSON.stringify(one.name);
      return `withColumn(${name}, (p) => p.${one.name}.cast("string")).join(${table}, ${name}${type})`;
    }
    const names = shared.map(({ name }) => JSON.stringify(name));
    const on = choices.chance(0.7)
      ? JSON.stringify(one.name)
      : `[${choices.some(names, 1, 2).join(", ")}]`;
    return `join(${table}, ${on}${type})`;
  }
  const pair = choices.of(
    left.flatMap((from) =>
      right.filter((to) => isAlike(from, to)).map((to) => [from, to] as const),
    ),
  );
  if (pair === undefined) return undefined;
  const [from, to] = pair;
  const condition = `${from.text}.${choices.one(["eq", "eqNullSafe", "geq"])}(${to.text})`;
  const joined = `join(${table}, (l, r) => ${condition}${type})`;
  if (isLeftOnly || choices.chance(0.4)) return joined;
  const both = new ChainExpressions(choices, [...left, ...right]);
  const value = both.value() ?? "";
  const l = choices.of(left)?.text ?? from.text;
  const r = choices.of(right)?.text ?? to.text;
  return choices.one([
    `${joined}.select((l, r) => ({ ${fresh()}: ${l}, ${fresh()}: ${r}, ${fresh()}: ${value} }))`,
    `${joined}.select((l, r) => [${l}.alias("${fresh()}"), ${r}])`,
    `${joined}.filter((l, r) => ${both.condition() ?? ""})`,
    `${joined}.withColumn("${fresh()}", (l, r) => ${value})`,
  ]);
}

function isAlike(one: ChainColumn, other: ChainColumn): boolean {
  const kinds = [kindOf(one), kindOf(other)];
  if (kinds.includes("map") || kinds.includes("variant")) return false;
  return isSameType(one.type, other.type) || kinds.every((kind) => NUMERIC.includes(kind));
}
