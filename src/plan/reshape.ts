// Relations that turn columns into rows and back, or change the schema of rows.

import type { Expression } from "../gen/spark/connect/expressions_pb.js";
import type { Relation } from "../gen/spark/connect/relations_pb.js";
import type { StructType } from "../types/struct-type.js";
import { wireType } from "./wire-type.js";
import { aliasMessage } from "./expression.js";
import { body, type RelationBody } from "./relation.js";

export function unpivot(
  input: Relation,
  ids: readonly Expression[],
  values: readonly Expression[] | undefined,
  variableColumnName: string,
  valueColumnName: string,
): RelationBody {
  return body({
    case: "unpivot",
    value: {
      input,
      ids: [...ids],
      ...(values !== undefined && { values: { values: [...values] } }),
      variableColumnName,
      valueColumnName,
    },
  });
}

export function transpose(input: Relation, indexColumns: readonly Expression[]): RelationBody {
  return body({ case: "transpose", value: { input, indexColumns: [...indexColumns] } });
}

/** Selects the columns of a schema by name. Casts them where that loses nothing. */
export function toSchema(input: Relation, schema: StructType): RelationBody {
  return body({ case: "toSchema", value: { input, schema: wireType(schema) } });
}

/** Replaces the metadata of a column, as JSON. */
export function withMetadata(
  input: Relation,
  name: string,
  column: Expression,
  metadata: string,
): RelationBody {
  return body({
    case: "withColumns",
    value: { input, aliases: [aliasMessage(column, [name], metadata)] },
  });
}

/** A call of a table-valued function. */
export function tableFunction(functionName: string, args: readonly Expression[]): RelationBody {
  return body({
    case: "unresolvedTableValuedFunction",
    value: { functionName, arguments: [...args] },
  });
}
