// Questions about a plan that the server answers without running it.

import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError, ProtocolError } from "../../errors.js";
import { queryPlan } from "../../plan/command.js";
import { explainModeOf } from "../../plan/explain.js";
import type { Relation } from "../../plan/relation.js";
import { factsOf } from "../../plan/relation-facts.js";
import { structTypeOf } from "../../plan/schema.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import type { StructType } from "../../types/struct-type.js";

/** @throws {ProtocolError} the server did not answer with a schema */
export async function schemaOf(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<StructType> {
  const { result } = await connection.analyze(
    { case: "schema", value: { plan: queryPlan(relation) } },
    options,
  );
  if (result.case === "schema" && result.value.schema !== undefined) {
    const schema = structTypeOf(result.value.schema);
    factsOf(relation).schema = schema;
    return schema;
  }
  throw new ProtocolError("NO_ANSWER", "The server did not answer with a schema.");
}

export async function isStreaming(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<boolean> {
  const { result } = await connection.analyze(
    { case: "isStreaming", value: { plan: queryPlan(relation) } },
    options,
  );
  return result.case === "isStreaming" && result.value.isStreaming;
}

/**
 * The text of Spark's own explain().
 *
 * @throws {ArgumentError} the mode is unknown
 */
export async function explainString(
  connection: SparkConnection,
  relation: Relation,
  mode: string | boolean,
  options: CallOptions,
): Promise<string> {
  const named = mode === true ? "extended" : mode === false ? "simple" : mode;
  const explainMode = explainModeOf(named);
  if (explainMode === undefined) {
    throw new ArgumentError(
      "mode",
      `mode must be simple, extended, codegen, cost or formatted, got ${JSON.stringify(mode)}.`,
    );
  }
  const { result } = await connection.analyze(
    { case: "explain", value: { plan: queryPlan(relation), explainMode } },
    options,
  );
  return result.case === "explain" ? result.value.explainString : "";
}

/** Whether collect() and take() run without an executor. */
export async function isLocal(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<boolean> {
  const plan = queryPlan(relation);
  const { result } = await connection.analyze({ case: "isLocal", value: { plan } }, options);
  return result.case === "isLocal" ? result.value.isLocal : unanswered("isLocal()");
}

export async function inputFiles(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<string[]> {
  const plan = queryPlan(relation);
  const { result } = await connection.analyze({ case: "inputFiles", value: { plan } }, options);
  return result.case === "inputFiles" ? result.value.files : unanswered("inputFiles()");
}

export async function sameSemantics(
  connection: SparkConnection,
  relation: Relation,
  other: Relation,
  options: CallOptions,
): Promise<boolean> {
  const { result } = await connection.analyze(
    {
      case: "sameSemantics",
      value: { targetPlan: queryPlan(relation), otherPlan: queryPlan(other) },
    },
    options,
  );
  return result.case === "sameSemantics" ? result.value.result : unanswered("sameSemantics()");
}

export async function semanticHash(
  connection: SparkConnection,
  relation: Relation,
  options: CallOptions,
): Promise<number> {
  const plan = queryPlan(relation);
  const { result } = await connection.analyze({ case: "semanticHash", value: { plan } }, options);
  return result.case === "semanticHash" ? result.value.result : unanswered("semanticHash()");
}

function unanswered(method: string): never {
  throw new ProtocolError("NO_ANSWER", `The server did not answer ${method}.`);
}
