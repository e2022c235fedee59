import { SparkError } from "../errors.js";
import { select, selectsMany } from "./json-selector.js";
import { isJsonArray, isJsonObject, parseJson, type JsonValue } from "./json-text.js";

const MOST_NAMES = 12;

function namesIn(value: JsonValue): string {
  if (isJsonArray(value)) return "it is an array";
  if (!isJsonObject(value)) return "it is no object";
  const names = [...value.keys()].slice(0, MOST_NAMES).join(", ");
  return names === "" ? "it is an empty object" : `it has: ${names}`;
}

/**
 * The records in an answer's JSON text. Without `dataField` an array is the records, an object with
 * `data` its array, any other object one record; a `dataField` that is given must be there.
 *
 * @throws {SparkError} UNEXPECTED_ANSWER: it is no JSON, or the records are not where they should be
 */
export function recordsIn(text: string, dataField: string | undefined): readonly JsonValue[] {
  let document: JsonValue;
  try {
    document = parseJson(text);
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : "it cannot be parsed";
    throw unexpected(`The body is not valid JSON: ${problem}.`);
  }
  if (dataField === undefined) {
    if (isJsonArray(document)) return document;
    if (!isJsonObject(document))
      throw unexpected("The body is neither a JSON array nor an object.");
    const inner = document.get("data");
    if (inner === null) return [];
    return inner !== undefined && isJsonArray(inner) ? inner : [document];
  }
  const found = select(document, dataField);
  if (found === undefined) {
    throw unexpected(
      `The body has nothing at ${JSON.stringify(dataField)} (dataField); ${namesIn(document)}.`,
    );
  }
  // After a last [*] the values are the records themselves.
  if (dataField.endsWith("[*]")) return found;
  return found.flatMap((value) => {
    if (value === null) return [];
    if (isJsonArray(value)) return value;
    if (isJsonObject(value) || selectsMany(dataField)) return [value];
    throw unexpected(`What is at ${JSON.stringify(dataField)} (dataField) is no array or object.`);
  });
}

function unexpected(problem: string): SparkError {
  return new SparkError("UNEXPECTED_ANSWER", problem);
}
