import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { fromBinary, toJson, type JsonValue } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { DataFrame } from "../../../src/index.js";
import { Column, TableArg } from "../../../src/index.js";
import { ExpressionSchema } from "../../../src/gen/spark/connect/expressions_pb.js";
import { RelationSchema } from "../../../src/gen/spark/connect/relations_pb.js";

/** The same thing said in Python and in TypeScript. */
export type GoldenCase = readonly [python: string, ours: () => Column | DataFrame | TableArg];

/** What PySpark made of an expression; `missing` where this release does not have it. */
interface PysparkPlan {
  readonly column?: string;
  readonly relation?: string;
  readonly text?: string;
  readonly missing?: string;
}

async function pysparkPlans(expressions: readonly string[]): Promise<PysparkPlan[]> {
  const script = fileURLToPath(new URL("pyspark_plans.py", import.meta.url));
  const python = spawn(inject("python"), ["-W", "ignore", script], {
    env: { ...process.env, SPARK_REMOTE: inject("sparkUrl") },
  });
  python.stdin.end(JSON.stringify(expressions));
  const [printed, complaint] = await Promise.all([text(python.stdout), text(python.stderr)]);
  if (printed === "") throw new Error(`PySpark made no plans: ${complaint.slice(-2000)}`);
  return JSON.parse(printed) as PysparkPlan[];
}

/** All that is to be asked in this file: starting PySpark takes seconds, a plan next to nothing. */
const asked: string[] = [];
let answers: Promise<readonly PysparkPlan[]> | undefined;

/** Optional fields that PySpark writes as `false`, which Spark reads like a field left out. */
const FALSE_IS_ABSENT: ReadonlySet<string> = new Set(["isMetadataColumn"]);

/** Names of lambda variables and plan ids, numbered anew in the order in which they are met. */
class Renumbering {
  readonly #planIds = new Map<string, string>();
  readonly #variables = new Map<string, string>();

  planId(id: string): string {
    return this.#renumbered(this.#planIds, id, "plan");
  }
  variable(name: string): string {
    return this.#renumbered(this.#variables, name, "variable");
  }
  #renumbered(known: Map<string, string>, key: string, kind: string): string {
    const name = known.get(key) ?? `${kind} ${known.size}`;
    known.set(key, name);
    return name;
  }
}

/** The plan without what two clients must differ in: where it was written, and how it is numbered. */
function normalized(value: JsonValue, renumbering: Renumbering): JsonValue {
  if (Array.isArray(value)) return value.map((item) => normalized(item, renumbering));
  if (value === null || typeof value !== "object") return value;
  const entries: [string, JsonValue][] = [];
  // The first plan's id, 0, is not written there.
  const isFirstPlan = "subqueryType" in value && !("planId" in value);
  const fields: object = isFirstPlan ? { planId: "0", ...value } : value;
  for (const [key, item] of Object.entries(fields) as [string, JsonValue][]) {
    if (key === "origin" || (item === false && FALSE_IS_ABSENT.has(key))) continue;
    if (key === "metadata" && typeof item === "string") {
      entries.push([key, JSON.parse(item) as JsonValue]);
    } else if (key === "planId" && typeof item === "string") {
      entries.push([key, renumbering.planId(item)]);
    } else if (key === "unresolvedNamedLambdaVariable" && item !== null) {
      const { nameParts } = item as { nameParts: string[] };
      entries.push([key, nameParts.map((part) => renumbering.variable(part))]);
    } else if (key === "string" && typeof item === "string" && item.startsWith('{"')) {
      // A schema's JSON, whose keys PySpark sorts.
      entries.push([key, JSON.parse(item) as JsonValue]);
    } else {
      const inner = normalized(item, renumbering);
      // What is left of `common` when only the origin was in it.
      if (key !== "common" || Object.keys(inner as object).length > 0) entries.push([key, inner]);
    }
  }
  return Object.fromEntries(entries);
}

function planOf(made: Column | DataFrame | TableArg): JsonValue {
  const json =
    made instanceof Column || made instanceof TableArg
      ? toJson(ExpressionSchema, made.expression)
      : toJson(RelationSchema, made.relation);
  return normalized(json, new Renumbering());
}

function pysparkPlanOf({ column, relation }: PysparkPlan): JsonValue {
  const json =
    column !== undefined
      ? toJson(ExpressionSchema, fromBinary(ExpressionSchema, Buffer.from(column, "base64")))
      : toJson(RelationSchema, fromBinary(RelationSchema, Buffer.from(relation ?? "", "base64")));
  return normalized(json, new Renumbering());
}

/**
 * Tests that our plans are PySpark's, message by message, but for origins and the numbers of plans
 * and lambda variables. What the installed PySpark lacks is skipped, and counted.
 */
export function describeGoldenPlans(name: string, cases: readonly GoldenCase[]): void {
  describe(name, () => {
    let plans: readonly PysparkPlan[];
    const start = asked.length;
    asked.push(...cases.map(([python]) => python));
    beforeAll(async () => {
      answers ??= pysparkPlans(asked);
      plans = (await answers).slice(start, start + cases.length);
    });
    for (const [index, [python, ours]] of cases.entries()) {
      it(python, ({ skip }) => {
        const plan = plans[index];
        if (plan === undefined) throw new Error("PySpark made fewer plans than it was asked for.");
        if (plan.missing !== undefined) skip(`this PySpark: ${plan.missing}`);
        expect(planOf(ours())).toEqual(pysparkPlanOf(plan));
      });
    }
  });
}

/** Spark numbers the columns of a plan anew each time. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/#\d+L?|plan_id=\d+/g, "#");
}

/** Tests that a text is PySpark's, to the letter, but for the numbers of columns in it. */
export function describeGoldenTexts(
  name: string,
  cases: readonly (readonly [python: string, ours: () => Promise<string>])[],
): void {
  describe(name, () => {
    let plans: readonly PysparkPlan[];
    beforeAll(async () => {
      plans = await pysparkPlans(cases.map(([python]) => python));
    });
    for (const [index, [python, ours]] of cases.entries()) {
      it(python, async () => {
        const text = plans[index]?.text;
        if (text === undefined) throw new Error("PySpark made no text of this.");
        expect(withoutNumbers(await ours())).toBe(withoutNumbers(text));
      });
    }
  });
}
