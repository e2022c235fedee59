import { JsonNumber } from "./json-number.js";
import { isJsonArray, isJsonObject, type JsonValue } from "./json-text.js";

/**
 * Errors that APIs report in a body with a status of success, by the rules of the source
 * (python-udsource, _http/body_errors.py): a body is an error if it holds nothing but one.
 */
type Fields = ReadonlyMap<string, JsonValue>;

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const ERRORS = words("error errors err fault faults exception");
const ERROR_DETAILS = words(
  "errorcode errorcodes errorid errortype errorname errcode faultcode errormessage errormessages " +
    "errormsg errmsg faultstring errordescription errordetail errordetails errorinfo errorreason " +
    "exceptionmessage",
);
const FLAGS = words("ok success successful succeeded issuccess response");
const STATES = words("status result state");
const FAILED = words("error err fail failed failure nok notok");
const FINE = words("ok okay success succeeded true 1 200 up");
const SAYINGS = words("message messages msg detail information info note");
const EXPLANATIONS = words("details reason description title hint help cause explanation");
const OTHERS = words(
  "code cod status statuscode httpstatus httpcode type instance path method timestamp time version " +
    "apiversion requestid traceid correlationid documentationurl documentation docs docurl url uri " +
    "link links moreinfo meta jsonapi extensions termsofuse parameters fields",
);
const KNOWN = [ERRORS, ERROR_DETAILS, FLAGS, STATES, SAYINGS, EXPLANATIONS, OTHERS];
const NO_ERROR = new Set(["", "0", "00000", "none", "null", "false", "no error", "ok", "success"]);
const RECORD_PLACES = ["data", "items", "results", "records", "result"];

/** Whether a body is nothing but an error, as `{"Information": "25 requests per day"}` is. */
export function isWholeError(document: JsonValue): boolean {
  if (isJsonArray(document)) {
    const [first] = document;
    const names = document.length === 1 ? [...namesOf(first ?? null).keys()] : [];
    return (
      names.includes("message") &&
      names.includes("errorcode") &&
      names.every((name) => ["message", "errorcode", "fields"].includes(name))
    );
  }
  const fields = namesOf(document);
  if (fields.size === 0) return false;
  const others = [...fields].filter(
    ([name, value]) => saysSomething(value) && !KNOWN.some((names) => names.has(name)),
  );
  if (others.length > 0 && !isMarkedTwice(fields)) return false;
  return saysFailure(fields) || onlySays(fields);
}

/** Whether an object reports a failure of the records that are in it, under `recordsAt`. */
export function isEnvelopeError(document: Fields, recordsAt: string): boolean {
  const fields = namesOf(document, recordsAt);
  return flagIs(fields, "false") || stateIn(fields, FAILED) || hasStatusCode(fields);
}

/** What an object holds under a name of errors beside its records, which are under `recordsAt`. */
export function partialErrors(document: Fields, recordsAt: string): JsonValue | undefined {
  for (const [name, value] of document) {
    const known = ERRORS.has(plain(name)) || ERROR_DETAILS.has(plain(name));
    if (name !== recordsAt && known && isError(plain(name), value)) return value;
  }
  return undefined;
}

/** Whether a value says anything: it is not null, false, zero or empty. */
export function saysSomething(value: JsonValue): boolean {
  if (value instanceof JsonNumber) return Number(value.text) !== 0;
  if (isJsonArray(value)) return value.length > 0;
  if (isJsonObject(value)) return value.size > 0;
  return value !== null && value !== false && value !== "";
}

function plain(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
}

function namesOf(document: JsonValue, but?: string): Map<string, JsonValue> {
  if (!isJsonObject(document)) return new Map();
  const kept = [...document].filter(([name]) => name !== but);
  return new Map(kept.map(([name, value]) => [plain(name), value]));
}

function isError(name: string, value: JsonValue): boolean {
  if (typeof value === "string") return !NO_ERROR.has(value.trim().toLowerCase());
  // A number of errors is a measure, as in {"requests": 100, "errors": 2}.
  if (value instanceof JsonNumber && (ERRORS.has(name) || value.text === "200")) return false;
  return saysSomething(value);
}

function hasError(fields: Fields): boolean {
  return [...fields].some(
    ([name, value]) => (ERRORS.has(name) || ERROR_DETAILS.has(name)) && isError(name, value),
  );
}

function flagIs(fields: Fields, wanted: "true" | "false"): boolean {
  return [...FLAGS].some((name) => {
    const value = fields.get(name);
    const isText = typeof value === "boolean" || typeof value === "string";
    return isText && String(value).toLowerCase() === wanted;
  });
}

function stateIn(fields: Fields, states: ReadonlySet<string>): boolean {
  return [...STATES].some((name) => {
    const value = fields.get(name);
    return typeof value === "string" && states.has(value.trim().toLowerCase());
  });
}

function hasStatusCode(fields: Fields): boolean {
  return [...namesOf(fields.get("status") ?? null)].some(
    ([name, value]) => ERROR_DETAILS.has(name) && isError(name, value),
  );
}

function saysFailure(fields: Fields): boolean {
  if (hasError(fields) || flagIs(fields, "false")) return true;
  const status = fields.get("status") ?? fields.get("statuscode");
  const isRefused = status instanceof JsonNumber && /^[45]\d\d$/.test(status.text);
  return isRefused || stateIn(fields, FAILED) || hasStatusCode(fields);
}

function onlySays(fields: Fields): boolean {
  const status = fields.get("status");
  const isFine =
    flagIs(fields, "true") ||
    stateIn(fields, FINE) ||
    status === true ||
    (status instanceof JsonNumber && ["1", "200"].includes(status.text));
  // An answer with a place for records that is empty has none, whatever it says besides.
  if (isFine || RECORD_PLACES.some((name) => fields.has(name))) return false;
  return [...SAYINGS].some((name) => {
    const value = fields.get(name) ?? null;
    return (typeof value === "string" || isJsonArray(value)) && value.length > 0;
  });
}

/** Whether a body with fields of other names says so clearly that it is an error. */
function isMarkedTwice(fields: Fields): boolean {
  if (flagIs(fields, "false")) return hasError(fields);
  const isTold = [...SAYINGS, ...EXPLANATIONS].some((name) => typeof fields.get(name) === "string");
  return fields.get("error") === true && isTold;
}
