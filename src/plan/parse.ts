import { create } from "@bufbuild/protobuf";
import {
  Parse_ParseFormat as ParseFormat,
  RelationSchema,
  type Relation,
} from "../gen/spark/connect/relations_pb.js";
import type { DataType as WireDataType } from "../gen/spark/connect/types_pb.js";
import type { RelationBody } from "./relation.js";

/** Formats that Spark can parse from a column of text. */
export type ParsedFormat = "csv" | "json" | "xml";

const FORMATS: Readonly<Record<ParsedFormat, ParseFormat>> = {
  csv: ParseFormat.CSV,
  json: ParseFormat.JSON,
  xml: ParseFormat.XML,
};

/** Parses the only column of a relation as records of a format. */
export function parseText(
  input: Relation,
  format: ParsedFormat,
  schema: WireDataType | undefined,
  options: Readonly<Record<string, string>>,
): RelationBody {
  return create(RelationSchema, {
    relType: {
      case: "parse",
      value: {
        input,
        format: FORMATS[format],
        ...(schema !== undefined && { schema }),
        options: { ...options },
      },
    },
  }).relType;
}
