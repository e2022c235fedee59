import { fromBinary, toJson, type JsonValue } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { DataFrame } from "../../../src/index.js";
import { Column, TableArg } from "../../../src/index.js";
import { CommandSchema } from "../../../src/gen/spark/connect/commands_pb.js";
import { ExpressionSchema } from "../../../src/gen/spark/connect/expressions_pb.js";
import { RelationSchema } from "../../../src/gen/spark/connect/relations_pb.js";
import type { Plan } from "../../../src/plan/command.js";
import { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import { askPyspark } from "../types/pyspark.js";
import { normalized, Renumbering, whyOlderPysparkDiffers } from "./plan-differences.js";

/** The same expression in Python and in TypeScript. */
export type GoldenCase = readonly [
  python: string,
  ours: () => Column | DataFrame | TableArg | Promise<DataFrame>,
];

/** The same action in Python and in TypeScript. The test compares the requests and never sends them. */
export type GoldenAction = readonly [python: string, ours: () => Promise<unknown>];

/** PySpark's plan of an expression; `missing` if this release does not have the function. */
interface PysparkPlan {
  readonly column?: string;
  readonly relation?: string;
  readonly text?: string;
  readonly command?: string;
  readonly missing?: string;
}

function pysparkPlans(
  expressions: readonly string[],
  what: "plans" | "texts" = "plans",
): Promise<PysparkPlan[]> {
  return askPyspark("../parity/pyspark_plans.py", expressions, what);
}

/** All expressions of the file, for one PySpark process: its start takes seconds, a plan is fast. */
const asked: string[] = [];
let answers: Promise<readonly PysparkPlan[]> | undefined;

function planOf(made: Column | DataFrame | TableArg): JsonValue {
  const json =
    made instanceof Column || made instanceof TableArg
      ? toJson(ExpressionSchema, made.expression)
      : toJson(RelationSchema, made.relation);
  return normalized(json, new Renumbering());
}

function pysparkPlanOf(plan: PysparkPlan): JsonValue {
  return normalized(pysparkJson(plan), new Renumbering());
}

function pysparkJson({ column, relation, command }: PysparkPlan): JsonValue {
  if (column !== undefined) {
    return toJson(ExpressionSchema, fromBinary(ExpressionSchema, Buffer.from(column, "base64")));
  }
  if (command !== undefined) {
    return toJson(CommandSchema, fromBinary(CommandSchema, Buffer.from(command, "base64")));
  }
  return toJson(RelationSchema, fromBinary(RelationSchema, Buffer.from(relation ?? "", "base64")));
}

/** The request that an action would send. */
class Caught extends Error {
  readonly plan: Plan;

  constructor(plan: Plan) {
    super("The plan was caught before it was sent.");
    this.plan = plan;
  }
}

async function caughtPlan(act: () => Promise<unknown>): Promise<JsonValue> {
  const execute = vi.spyOn(SparkConnectClient.prototype, "execute").mockImplementation((plan) => {
    throw new Caught(plan);
  });
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Caught)) throw error;
    const { opType } = error.plan;
    if (opType.case === "command") {
      return normalized(toJson(CommandSchema, opType.value), new Renumbering());
    }
    if (opType.case === "root") {
      return normalized(toJson(RelationSchema, opType.value), new Renumbering());
    }
    throw new Error("The action sent a plan that is neither a command nor a query.", {
      cause: error,
    });
  } finally {
    execute.mockRestore();
  }
  throw new Error("The action sent nothing.");
}

/**
 * Tests that our plans equal PySpark's plans, message by message, except for origins and the numbers of
 * plans and lambda variables. Skips and counts functions that the installed PySpark lacks.
 */
export function describeGoldenPlans(name: string, cases: readonly GoldenCase[]): void {
  describeGolden(name, cases, async (ours) => planOf(await ours()));
}

/**
 * Tests that our actions send the same requests as PySpark, message by message; see describeGoldenPlans.
 * Does not compare pickles: other tests run them.
 */
export function describeGoldenActions(name: string, cases: readonly GoldenAction[]): void {
  describeGolden(name, cases, caughtPlan);
}

function describeGolden<T>(
  name: string,
  cases: readonly (readonly [python: string, ours: T])[],
  planOfOurs: (ours: T) => JsonValue | Promise<JsonValue>,
): void {
  describe(name, () => {
    let plans: readonly PysparkPlan[];
    const start = asked.length;
    asked.push(...cases.map(([python]) => python));
    beforeAll(async () => {
      answers ??= pysparkPlans(asked);
      plans = (await answers).slice(start, start + cases.length);
    });
    for (const [index, [python, ours]] of cases.entries()) {
      it(python, async ({ skip }) => {
        const plan = plans[index];
        if (plan === undefined) throw new Error("PySpark returned fewer plans than requested.");
        if (plan.missing !== undefined) skip(`this PySpark: ${plan.missing}`);
        skip(whyOlderPysparkDiffers(python) !== undefined, whyOlderPysparkDiffers(python));
        expect(await planOfOurs(ours)).toEqual(pysparkPlanOf(plan));
      });
    }
  });
}

/** Spark gives new numbers to the columns of each plan. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/#\d+L?|plan_id=\d+/g, "#");
}

/** Tests that a text equals PySpark's text, except for the numbers of columns in it. */
export function describeGoldenTexts(
  name: string,
  cases: readonly (readonly [python: string, ours: () => Promise<string>])[],
): void {
  describe(name, () => {
    let plans: readonly PysparkPlan[];
    beforeAll(async () => {
      plans = await pysparkPlans(
        cases.map(([python]) => python),
        "texts",
      );
    });
    for (const [index, [python, ours]] of cases.entries()) {
      it(python, async () => {
        const text = plans[index]?.text;
        if (text === undefined) throw new Error("PySpark returned no text for this expression.");
        expect(withoutNumbers(await ours())).toBe(withoutNumbers(text));
      });
    }
  });
}
