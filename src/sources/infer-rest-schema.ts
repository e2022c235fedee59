import { TextDecoder } from "node:util";
import { StructType } from "../types/struct-type.js";
import type { CallOptions } from "../connection/call-options.js";
import { SparkError } from "../errors.js";
import { EgressPolicy } from "./egress-policy.js";
import { fetchPage, loadUndici, type HttpPage, type PageLimits } from "./http-page.js";
import { isSelector } from "./json-selector.js";
import { inferRecordSchema } from "./record-schema.js";
import { recordsIn } from "./rest-records.js";
import { restRequest } from "./rest-request.js";
import { optionError, RestOptionTexts } from "./rest-option-texts.js";
import type { RestOptions } from "./rest-options.js";
import { rest } from "./rest.js";

/** Options that decide what the first page is and how it is read. */
const USED = [
  ...["url", "method", "body", "headers", "cookie", "inputData"],
  ...["authType", "userId", "userPassword", "oauthToken", "apiKey", "apiKeyIn", "apiKeyName"],
  ...["offsetField", "offsetType", "initialOffset", "errorField", "partialErrors"],
  ...["pagination", "pageParam", "pageIn", "pageStart", "pageSize", "pageSizeParam"],
  ...["dataField", "responseFormat", "charset"],
  ...["allowHttp", "allowPrivateHosts", "allowedHosts"],
  ...["connectionTimeout", "readTimeout", "totalTimeout", "maxResponseBytes"],
];
/** Options that only matter once a query runs. */
const IMMATERIAL = [
  ...[
    "streaming",
    "streamingInterval",
    "offsetScope",
    "inclusiveOffset",
    "batchSize",
    "partitions",
  ],
  ...["nextField", "cursorHeader", "nextFieldMissing", "moreField", "endField", "endValues"],
  ...["dataFieldMissing", "maxPages", "maxRowsPerBatch", "maxBatchBytes"],
  ...["requireGuarantee", "replay", "onReplayMismatch", "lagSeconds", "spoolDir", "maxOffsetBytes"],
  ...[
    "outputType",
    "schema",
    "includeInput",
    "includeMetadata",
    "onError",
    "schemaDrift",
    "onStatus",
    "onBody",
    "maxPendingWait",
  ],
  ...["onTransient", "maxConsecutiveFailures", "maxRetries", "maxRetryWait", "retryPost"],
  ...["requestsPerSecond", "requestsPerMinute", "burst", "allowConfigChange"],
];

const DEFAULT_LIMITS: PageLimits = {
  // Longer than the server's own: this machine may be far from the API.
  connectTimeoutMs: 10_000,
  readTimeoutMs: 20_000,
  totalTimeoutMs: 60_000,
  maxBytes: 64 * 1024 * 1024,
};
const LONGEST_TIMEOUT_MS = 600_000;

/**
 * The schema of an API's records, as DDL to pin in code: fetches one page, the first that these
 * options ask for, from this machine and not through Spark. The options are those of `rest.options()`;
 * what they do not allow the server to call is not called from here either.
 *
 * ```ts
 * await inferRestSchema({ url: "https://api.example.com/items" });
 * // id BIGINT, name STRING, tags ARRAY<STRING>, owner STRUCT<login: STRING>
 * ```
 *
 * It is a guess from one page, to be read and corrected before it is pinned. Integers are BIGINT,
 * beyond 64 bits DECIMAL(38,0), beyond that STRING; fractions are DOUBLE, never DECIMAL, whose scale
 * one page cannot tell, and STRING where a double would lose an integer's digits. Texts are STRING,
 * those that look like times too. Fields are those of all records, in the order they first appear.
 * STRING, which takes any value as its JSON text, is also the type of what is always null, of objects
 * without fields, and of values of different kinds, such as an array in one record and a number in
 * another. (from_json writes fractions anew before they become text, 1.10 as 1.1; the source's own
 * columns, `outputType` struct or columns, keep them as received.)
 *
 * Credentials are given as they are, for example from `process.env`: they are sent to the API's own
 * origin alone. References (`env:…`, `file:…`) are refused, because they name what the server has. A
 * proxy, client certificates, OAuth1 and OAuth2 are refused too. With `inputData` the request is that
 * of its first row. Nothing is tried again. Needs the package undici, version 5 or newer.
 *
 * @throws {ArgumentError} an option that is malformed, or that cannot be honoured from here
 * @throws {SparkError} EGRESS_REFUSED, HTTP_STATUS, HTTP_FAILED, UNEXPECTED_ANSWER (no JSON, an error with a
 * status of success, or no records at `dataField`), SCHEMA_NOT_INFERRED (no records, records that are no objects, names that
 * differ only in case), MISSING_DEPENDENCY (undici is not installed or cannot be used). Messages hold no credentials.
 */
export async function inferRestSchema(
  options: RestOptions,
  { signal }: CallOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const texts = new RestOptionTexts(rest.options(options));
  texts.requireKnown(USED, IMMATERIAL);
  const request = restRequest(texts);
  const dataField = texts.has("dataField") ? texts.text("dataField").trim() : undefined;
  if (dataField !== undefined && !isSelector(dataField))
    throw optionError("dataField", `${JSON.stringify(dataField)} is no selector.`);
  const format = texts.text("responseFormat", "json").trim();
  if (format.toLowerCase() !== "json")
    throw optionError("responseFormat", `inferRestSchema() reads JSON alone, not ${format}.`);
  const charset = texts.text("charset").trim();
  if (charset !== "") decoderFor(charset);

  const policy = new EgressPolicy({
    allowHttp: texts.boolean("allowHttp"),
    allowPrivateHosts: texts.boolean("allowPrivateHosts"),
    allowedHosts: texts.list("allowedHosts"),
  });
  const limits = readLimits(texts);
  const page = await fetchPage(await loadUndici(), request, policy, limits, signal);
  const answers = {
    errorField: texts.text("errorField"),
    keepPartial: texts.choice("partialErrors", "fail", ["fail", "keep"]) === "keep",
  };
  const schema = inferRecordSchema(recordsIn(textOf(page, charset), dataField, answers));
  return schema.fields.map((field) => new StructType([field]).toDDL()).join(", ");
}

function readLimits(texts: RestOptionTexts): PageLimits {
  const time = (name: string, otherwise: number, longest: number): number =>
    texts.integer(name, otherwise, 1, longest);
  return {
    connectTimeoutMs: time(
      "connectionTimeout",
      DEFAULT_LIMITS.connectTimeoutMs,
      LONGEST_TIMEOUT_MS,
    ),
    readTimeoutMs: time("readTimeout", DEFAULT_LIMITS.readTimeoutMs, LONGEST_TIMEOUT_MS),
    totalTimeoutMs: time("totalTimeout", DEFAULT_LIMITS.totalTimeoutMs, 6 * LONGEST_TIMEOUT_MS),
    maxBytes: texts.integer("maxResponseBytes", DEFAULT_LIMITS.maxBytes, 1, 1024 ** 3),
  };
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw optionError("charset", `${JSON.stringify(charset)} is no character encoding known here.`);
  }
}

/** The characters of a page: by `charset`, else by its content type, else UTF-8. */
function textOf({ body, contentType }: HttpPage, charset: string): string {
  const declared = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  const name = charset || declared || "utf-8";
  try {
    return decoderFor(name).decode(body);
  } catch {
    throw new SparkError(
      "UNEXPECTED_ANSWER",
      `The body is not text in ${name}: set charset if it is in another encoding.`,
    );
  }
}
