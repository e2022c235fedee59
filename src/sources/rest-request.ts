import { parseUrl } from "./egress-policy.js";
import { isJsonArray, isJsonObject, parseJson, writeJson, type JsonValue } from "./json-text.js";
import { JsonNumber } from "./json-number.js";
import { PLACEHOLDER, requirePlaceholders } from "./placeholder-braces.js";
import { decodeQuery, isSensitiveName, queryPairs } from "./redactor.js";
import { readAuth, readHeaders, secretsIn, setDefault } from "./rest-credentials.js";
import { optionError, type RestOptionTexts } from "./rest-option-texts.js";

/** One request as the options describe it. */
export interface RestRequest {
  readonly method: "GET" | "POST";
  /** Without the key of an API key scheme. */
  readonly url: URL;
  /** Sent anywhere that a redirect leads. */
  readonly openHeaders: ReadonlyMap<string, string>;
  /** Sent to the origin of `url` alone, as is `privateParameter`. */
  readonly privateHeaders: ReadonlyMap<string, string>;
  readonly privateParameter: readonly [name: string, value: string] | undefined;
  readonly body: string | undefined;
  /** What no message may show. */
  readonly secrets: readonly string[];
}

type Values = ReadonlyMap<string, JsonValue>;

/**
 * The first request that the source would make with these options: with the first row of `inputData`,
 * else with `initialOffset`.
 *
 * @throws {ArgumentError} an option that is malformed, contradicts another, or can only be read on the server
 */
export function restRequest(options: RestOptionTexts): RestRequest {
  const method = options.choice("method", "GET", ["GET", "POST"]);
  const row = firstInput(options);
  const { values, field } = placeholderValues(options, row);
  const address = options.text("url").trim();
  if (address === "") throw optionError("url", "is required, as https://api.example.com/items.");
  if (/^[^/]*\/\/[^/?#]*\{/.test(address))
    throw optionError("url", "the host may not be a placeholder.");
  if (address.includes("#")) throw optionError("url", "may not have a fragment.");
  const { openHeaders, privateHeaders } = readHeaders(options);
  requirePlaceholders(options, [...openHeaders, ...privateHeaders], [field, ...row.keys()]);
  const used = new Set<string>();
  const fill = (text: string, encode: (value: string) => string): string =>
    text.replace(PLACEHOLDER, (_, literal: string | undefined, name: string) => {
      if (literal !== undefined) return encode(`{${literal}}`);
      used.add(name);
      const value = valueOf(name, values, field);
      if (value === null)
        throw optionError("url", `has the placeholder {${name}}, whose value is null.`);
      return encode(plainText(value));
    });

  const [path = "", ...query] = address.split("?");
  const segments = path.split("/").map((segment) => {
    const whole = fill(segment, (value) => encodeURIComponent(told(value)));
    // Dots lead elsewhere, however they are encoded.
    if (whole !== segment && /^(?:\.|%2e){1,2}$/i.test(whole))
      throw optionError("url", `would have ${JSON.stringify(whole)} as a part of its path.`);
    return whole;
  });
  let url = [segments.join("/"), ...query.map((part) => fill(part, encodeURIComponent))].join("?");
  let body = options.text("body").trim();
  if (body !== "") {
    if (method !== "POST") throw optionError("body", "needs method POST.");
    body = writeJson(
      filled(options.json("body"), fill, (name) => {
        used.add(name);
        return valueOf(name, values, field);
      }),
    );
  }
  const others = new Map([...row].filter(([name]) => !used.has(name)));
  if (method === "GET") {
    for (const [name, value] of others) url = withParameter(url, name, plainText(value));
  } else if (others.size > 0) {
    const known = body === "" ? new Map<string, JsonValue>() : parseJson(body);
    if (!isJsonObject(known))
      throw optionError("inputData", "has fields for the body, but body is not a JSON object.");
    body = writeJson(new Map([...known, ...others]));
  }
  if (body !== "") setDefault(openHeaders, "Content-Type", "application/json");
  const privateParameter = readAuth(options, privateHeaders);
  const parsed = checkedUrl(pagedUrl(options, url));
  return {
    method,
    url: parsed,
    openHeaders,
    privateHeaders,
    privateParameter,
    body: body === "" ? undefined : body,
    secrets: [...secretsOf(parsed, privateHeaders, privateParameter, body), ...sensitiveTexts(row)],
  };
}

function checkedUrl(text: string): URL {
  try {
    return parseUrl(text);
  } catch (error) {
    throw optionError("url", error instanceof Error ? error.message : "is not a URL.");
  }
}

function firstInput(options: RestOptionTexts): Values {
  if (!options.has("inputData")) return new Map();
  const rows = options.json("inputData");
  if (!isJsonArray(rows)) throw optionError("inputData", "must be an array of objects.");
  const [first] = rows;
  if (first === undefined)
    throw optionError(
      "inputData",
      "is empty: give at least the row whose answer is to be inferred from.",
    );
  if (!isJsonObject(first)) throw optionError("inputData", "item 0 is not an object.");
  return first;
}

function placeholderValues(
  options: RestOptionTexts,
  row: Values,
): { values: Values; field: string } {
  // Of two fields, the first names the placeholder.
  const [first = ""] = options.text("offsetField", "timestamp").split(/,(?![^[]*\])/);
  const field = first.trim();
  const startsEmpty = /^\s*(?:cursor|max_field)\s*$/i.test(options.text("offsetType"));
  const initial = options.text("initialOffset", startsEmpty ? "" : "0");
  return { values: new Map<string, JsonValue>([[field, initial], ...row]), field };
}

function valueOf(name: string, values: Values, offsetField: string): JsonValue {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw optionError(
    "url",
    `has the placeholder {${name}}, but offsetField is ${JSON.stringify(offsetField)} and the first ` +
      `row of inputData has no such field: write {${offsetField}} or set offsetField to ${name}.`,
  );
}

/** A placeholder's value in the path, where nothing would ask for something else: the list of all. */
function told(value: string): string {
  if (value !== "") return value;
  throw optionError("url", "has a placeholder in its path whose value is empty.");
}

/** A simple JSON value as it stands in a query. */
function plainText(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (value instanceof JsonNumber) return value.text;
  throw optionError("inputData", "has an array or object where a URL needs a simple value.");
}

/** A body with its placeholders filled in; a text that is nothing but one becomes the value itself. */
function filled(
  node: JsonValue,
  fill: (text: string, encode: (value: string) => string) => string,
  value: (name: string) => JsonValue,
): JsonValue {
  if (isJsonArray(node)) return node.map((item) => filled(item, fill, value));
  if (isJsonObject(node))
    return new Map([...node].map(([name, item]) => [name, filled(item, fill, value)]));
  if (typeof node !== "string") return node;
  const [whole, name] = /^\{([A-Za-z_][A-Za-z0-9_.-]*)\}$/.exec(node) ?? [];
  return whole === undefined || name === undefined ? fill(node, (text) => text) : value(name);
}

/** The URL with this query parameter set, all else as it is written. */
export function withParameter(url: string, name: string, value: string): string {
  const at = url.indexOf("?");
  const pairs = at === -1 ? [] : url.slice(at + 1).split("&");
  const others = pairs.filter(
    (pair) => pair !== "" && decodeQuery(pair.split("=", 1)[0] ?? "") !== name,
  );
  const own = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return `${at === -1 ? url : url.slice(0, at)}?${[...others, own].join("&")}`;
}

/** The URL of the first page. */
function pagedUrl(options: RestOptionTexts, url: string): string {
  const kind = options.text("pagination", "none").trim();
  if (options.choice("pageIn", "query", ["query", "body"]) === "body")
    throw optionError(
      "pageIn",
      "inferRestSchema() puts no page into a body; leave pagination out.",
    );
  const counted = kind === "page" || kind === "offset";
  const size = options.integer("pageSize", 0, 0, 1_000_000);
  const sizeName = options.text("pageSizeParam", kind === "offset" ? "limit" : "per_page").trim();
  const sized = size > 0 && sizeName !== "" ? withParameter(url, sizeName, String(size)) : url;
  if (!counted) return sized;
  const start = options.integer("pageStart", kind === "offset" ? 0 : 1, 0, 1_000_000_000);
  return withParameter(sized, options.text("pageParam", kind).trim(), String(start));
}

function secretsOf(
  url: URL,
  headers: ReadonlyMap<string, string>,
  parameter: readonly [string, string] | undefined,
  body: string,
): string[] {
  const secrets = secretsIn(headers);
  if (parameter !== undefined) secrets.push(parameter[1]);
  for (const [name, value] of queryPairs(url))
    if (value !== undefined && isSensitiveName(decodeQuery(name))) secrets.push(decodeQuery(value));
  return body === "" ? secrets : secrets.concat(sensitiveTexts(parseJson(body)));
}

/** The texts in a JSON value that stand under a telling name. */
function sensitiveTexts(value: JsonValue): string[] {
  if (isJsonArray(value)) return value.flatMap(sensitiveTexts);
  if (!isJsonObject(value)) return [];
  return [...value].flatMap(([name, item]) =>
    typeof item === "string" ? (isSensitiveName(name) ? [item] : []) : sensitiveTexts(item),
  );
}
