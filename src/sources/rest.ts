import type { SparkException } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { optionTexts } from "../plan/option-text.js";
import { REST_OPTIONS, REST_WRITE_OPTIONS } from "./option-names.js";
import { PackagedSource } from "./packaged-source.js";
import type { RestParent } from "./rest-options/parent-options.js";
import type { RestOptions } from "./rest-options/rest-options.js";
import type { RestErrorAction } from "./rest-options/row-options.js";
import type { RestWriteOptions } from "./rest-options/sink-options.js";
import type { RestRow } from "./rest-row.js";
import type { SourceOptions } from "../types/source-row.js";
import { listText } from "./source-options.js";

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

/** The option `parent` as JSON, with its list as the comma-separated text that the Python side reads. */
function parentText({ endValues, ...others }: RestParent): string {
  return JSON.stringify({ ...others, endValues: listText("endValues", endValues) });
}

/** The source and sink `rest`. */
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

  /**
   * The options of a write as the texts that Spark takes:
   * `df.write.format("rest").options(rest.writeOptions({…})).mode("append").save()`.
   *
   * @throws {ArgumentError} a write has no option of a name, or a list is not an array
   */
  writeOptions(options: RestWriteOptions): Record<string, string>;
}

/** The options of reads and writes that are objects or lists here and texts in Python. */
interface StructuredOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowedHosts?: readonly string[];
  readonly onStatus?: Readonly<Record<string, string>>;
  readonly onBody?: Readonly<Record<string, string>>;
  readonly loginBody?: object | string;
  readonly oauthParameters?: object | string;
}

function structuredTexts({
  headers,
  allowedHosts,
  onStatus,
  onBody,
  loginBody,
  oauthParameters,
}: StructuredOptions): Record<keyof StructuredOptions, string | undefined> {
  return {
    allowedHosts: listText("allowedHosts", allowedHosts),
    headers: jsonText(headers),
    onBody: jsonText(onBody),
    loginBody: jsonText(loginBody),
    oauthParameters: jsonText(oauthParameters),
    onStatus:
      onStatus === undefined
        ? undefined
        : Object.entries(onStatus)
            .map(([status, action]) => `${status}=${action}`)
            .join(","),
  };
}

/** The value as JSON text. Text is JSON text already. */
function jsonText(value: object | string | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

class PackagedRest extends PackagedSource<RestOptions> {
  writeOptions(options: RestWriteOptions): Record<string, string> {
    checkOptions("rest.writeOptions()", options, Object.keys(REST_WRITE_OPTIONS));
    // JavaScript callers may leave out the options.
    const given = { ...options };
    return optionTexts({
      ...given,
      ...structuredTexts(given),
      keyColumns: listText("keyColumns", given.keyColumns),
    });
  }
}

/**
 * Reads any HTTP API, and writes to it. Each record is one row: `output STRING` holds its JSON text,
 * unless another `outputType` is set. Batch and streaming.
 */
export const rest: RestSource = new PackagedRest(
  "rest",
  "RestDataSource",
  REST_OPTIONS,
  ({ inputData, parent, endValues, ...others }) => ({
    ...others,
    ...structuredTexts(others),
    endValues: listText("endValues", endValues),
    inputData: jsonText(inputData),
    parent: parent === undefined ? undefined : parentText(parent),
  }),
  { availableNowSince: [4, 2], advice },
) as RestSource;
