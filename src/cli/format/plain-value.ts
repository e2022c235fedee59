import type { DataType } from "../../index.js";
import { base64 } from "../../types/json/json-forms.js";
import { jsonValue, type ValueText } from "../../types/json/json-value.js";
import { doubleText, floatText } from "../../types/json/number-text.js";
import { cliJsonForms } from "./json-forms.js";

/** Converts a column's values to text for tables and CSV, without quotes. Nested values become JSON. */
export function plainValue(type: DataType): ValueText {
  switch (type.kind) {
    case "float":
      return (value) => floatText(value as number);
    case "double":
      return (value) => doubleText(value as number);
    case "binary":
      return (value) => base64(value as Uint8Array);
    case "udt":
      return plainValue(type.sqlType);
    case "array":
    case "map":
    case "struct":
    case "variant":
      return jsonValue(type, cliJsonForms({ quoteNumbers: false }), "");
    default:
      return String;
  }
}
