import type { SparkException } from "../errors.js";
import type { OptionValue } from "../plan/option-text.js";
import { REST_OPTIONS } from "./option-names.js";
import { PackagedSource } from "./packaged-source.js";
import type { RestOptions } from "./rest-options/rest-options.js";
import type { RestErrorAction } from "./rest-options/row-options.js";
import type { RestRow } from "./rest-row.js";
import type { SourceOptions } from "../types/source-row.js";
import { commonTexts, listText } from "./source-options.js";

/** Advice for a query that reads a field of `output`, which holds the record as text. */
function advice(
  error: SparkException,
  option: (name: string) => string | undefined,
): string | undefined {
  if (error.errorClass !== "INVALID_EXTRACT_BASE_FIELD_TYPE") return undefined;
  const { base, other } = error.messageParameters;
  if (base !== '"output"' || other !== '"STRING"') return undefined;
  if ((option("outputType") ?? "json").toLowerCase() !== "json") return undefined;
  return "The source rest returns each record as JSON text in the column output. To read its fields, set outputType=struct and the option schema, as in schema='id STRING, type STRING', or parse the text with from_json(output, …).";
}

/** Options whose value is an object. */
const OBJECTS = ["loginBody", "oauthParameters"];

/** The options, with the objects as JSON text. */
function withJson(options: object): Record<string, OptionValue | undefined> {
  const given = Object.entries(options) as [string, OptionValue | undefined][];
  return Object.fromEntries(
    given.map(([name, value]) =>
      OBJECTS.includes(name) && typeof value === "object"
        ? [name, JSON.stringify(value)]
        : [name, value],
    ),
  );
}

/** The source `rest`. */
export interface RestSource extends PackagedSource<RestOptions> {
  /**
   * The options as the texts that Spark takes: `spark.read.format("rest").options(rest.options({…}))`. The rows have
   * the columns that the options describe: `schema: "id bigint"` with `outputType: "struct"` gives
   * `{ output: { id: bigint | null } | null }`.
   */
  options<
    const Schema extends string = "",
    const Output extends NonNullable<RestOptions["outputType"]> = "json",
    const Input extends boolean = false,
    const Metadata extends boolean = false,
    const OnError extends RestErrorAction = "fail",
    const Drift extends RestErrorAction | "null" = "fail",
    const OnStatus extends RestErrorAction | "retry" | "data" = "fail",
  >(
    options: RestOptions & {
      readonly schema?: Schema;
      readonly outputType?: Output;
      readonly includeInput?: Input;
      readonly includeMetadata?: Metadata;
      readonly onError?: OnError;
      readonly schemaDrift?: Drift;
      readonly onStatus?: Readonly<Record<string, OnStatus>>;
    },
  ): SourceOptions<RestRow<Schema, Output, Input, Metadata, OnError, Drift, OnStatus>>;
}

/**
 * Reads any HTTP API. Each record is one row: `output STRING` holds its JSON text, unless another
 * `outputType` is set. Batch and streaming.
 */
export const rest: RestSource = new PackagedSource<RestOptions>(
  "rest",
  "RestDataSource",
  REST_OPTIONS,
  ({ headers, inputData, allowedHosts, endValues, onStatus, onBody, ...others }) => ({
    ...commonTexts({ ...(allowedHosts !== undefined && { allowedHosts }) }),
    ...withJson(others),
    endValues: listText("endValues", endValues),
    headers: headers === undefined ? undefined : JSON.stringify(headers),
    inputData:
      inputData === undefined || typeof inputData === "string"
        ? inputData
        : JSON.stringify(inputData),
    onBody: onBody === undefined ? undefined : JSON.stringify(onBody),
    onStatus:
      onStatus === undefined
        ? undefined
        : Object.entries(onStatus)
            .map(([status, action]) => `${status}=${action}`)
            .join(","),
  }),
  { availableNowSince: [4, 2], advice },
) as RestSource;
