import { SparkError } from "../errors.js";
import { apiMessage } from "./api-message.js";
import { isEnvelopeError, isWholeError, partialErrors, saysSomething } from "./body-error.js";
import { firstStep, select, selectsMany } from "./json-selector.js";
import { isJsonArray, isJsonObject, parseJson, writeJson, type JsonValue } from "./json-text.js";

/** The options about answers that are errors with a status of success. */
export interface Answers {
  /** Selectors separated by commas, or `none`. */
  readonly errorField?: string;
  readonly keepPartial?: boolean;
}

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
export function recordsIn(
  text: string,
  dataField: string | undefined,
  answers: Answers = {},
): readonly JsonValue[] {
  let document: JsonValue;
  try {
    document = parseJson(text);
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : "it cannot be parsed";
    throw unexpected(`The body is not valid JSON: ${problem}.`);
  }
  requireNoError(text, document, dataField, answers);
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

/** Refuses a body that is an error by the rules of the source (python-udsource, _rest/answer_checks.py). */
function requireNoError(
  text: string,
  document: JsonValue,
  dataField: string | undefined,
  { errorField = "", keepPartial = false }: Answers,
): void {
  if (errorField.trim().toLowerCase() === "none") return;
  for (const field of errorField.split(",").map((name) => name.trim())) {
    const found = field === "" ? undefined : select(document, field)?.[0];
    if (found !== undefined && saysSomething(found))
      throw unexpected(
        `The body has an error in ${JSON.stringify(field)} (errorField): ${saidIn(writeJson(found))}.`,
      );
  }
  const place = recordsPlace(document, dataField);
  if (place === "$") return;
  if (place === undefined) {
    const advice = dataField === undefined ? "; set dataField to $ if it is a record" : "";
    if (isWholeError(document)) throw unexpected(`The body is an error: ${saidIn(text)}${advice}.`);
    if (!isGraphql(document)) return;
  }
  if (!isJsonObject(document)) return;
  if (isEnvelopeError(document, place ?? "data")) {
    throw unexpected(
      `The body is an error: ${saidIn(text)}; set errorField to none to read its records.`,
    );
  }
  const partial = partialErrors(document, place ?? "data");
  if (partial === undefined || keepPartial) return;
  throw unexpected(
    `The answer has errors beside its records: ${saidIn(writeJson(partial))}; set partialErrors to ` +
      "keep to read the records.",
  );
}

/** The field that the records are in or below; `$` where the body itself is them. */
function recordsPlace(document: JsonValue, dataField: string | undefined): string | undefined {
  if (!isJsonObject(document))
    return isJsonArray(document) && document.length > 1 ? "$" : undefined;
  if (dataField === undefined) {
    const inner = document.get("data");
    return inner !== undefined && isJsonArray(inner) ? "data" : undefined;
  }
  if (document.has(dataField)) return dataField;
  const first = firstStep(dataField);
  if (first === undefined) return "$";
  const isThere = selectsMany(dataField)
    ? document.has(first)
    : select(document, dataField) !== undefined;
  return isThere ? first : undefined;
}

function isGraphql(document: JsonValue): boolean {
  if (!isJsonObject(document) || !document.has("data") || !document.has("errors")) return false;
  return [...document.keys()].every((name) => ["data", "errors", "extensions"].includes(name));
}

/** The API's own words in JSON text, or its beginning. */
function saidIn(text: string): string {
  return (apiMessage(text) || text.trim().slice(0, 200)).replace(/\.$/, "");
}

function unexpected(problem: string): SparkError {
  return new SparkError("UNEXPECTED_ANSWER", problem);
}
