import { ProtocolError } from "../../errors.js";
import { queryPlan } from "../../plan/command.js";
import { EvalType, pythonFunction } from "../../plan/python-function.js";
import { mapPartitions } from "../../plan/python-map.js";
import { rangeRelation } from "../../plan/relation.js";
import { wireType } from "../../plan/wire-type.js";
import { pickledUdf } from "../../python/python-function.js";
import type { ArrayRow } from "../../types/row.js";
import { StructType } from "../../types/struct-type.js";
import type { CallOptions } from "../call-options.js";
import type { SparkConnection } from "../spark-connection.js";

const ANSWER: StructType = StructType.fromDDL("answer STRING");

/**
 * Evaluates a Python expression on one worker, with a job of one row, and returns its value through JSON.
 *
 * @param source Python text with what the expression uses
 * @throws {SparkException} the server does not run Python, or the expression failed
 */
export async function askWorker(
  connection: SparkConnection,
  pythonVersion: string,
  { source, expression }: { readonly source: string; readonly expression: string },
  call: CallOptions = {},
): Promise<unknown> {
  const text = `${source}

def ask(batches):
    import json

    import pyarrow as pa

    for _ in batches:
        yield pa.RecordBatch.from_pydict({"answer": [json.dumps(${expression})]})
`;
  const func = pythonFunction({
    name: "ask",
    evalType: EvalType.mapInArrow,
    command: pickledUdf({ source: text, function: "ask" }, ANSWER.json()),
    outputType: wireType(ANSWER),
    pythonVersion,
    columns: ["id"],
  });
  const input = connection.relation(rangeRelation(0n, 1n, 1n, 1));
  const plan = queryPlan(connection.relation(mapPartitions(input, func, false)));
  for await (const row of connection.rows(plan, { rowMode: "array", ...call }))
    return JSON.parse(String((row as ArrayRow)[0]));
  throw new ProtocolError("NO_ANSWER", "The worker did not answer.");
}
