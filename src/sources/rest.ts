import type { AnalysisException } from "../errors.js";
import { PackagedSource } from "./packaged-source.js";
import type { RestOptions } from "./rest-options.js";
import { commonTexts } from "./source-options.js";

/** Advice for a query that reads a field of `output`, which holds the record as text. */
function advice(
  error: AnalysisException,
  option: (name: string) => string | undefined,
): string | undefined {
  if (error.errorClass !== "INVALID_EXTRACT_BASE_FIELD_TYPE") return undefined;
  const { base, other } = error.messageParameters;
  if (base !== '"output"' || other !== '"STRING"') return undefined;
  if ((option("outputType") ?? "json").toLowerCase() !== "json") return undefined;
  return "The source rest returns each record as JSON text in the column output. To read its fields, set outputType=struct and the option schema, as in schema='id STRING, type STRING', or parse the text with from_json(output, …).";
}

/**
 * Reads any HTTP API. Each record is one row: `output STRING` holds its JSON text, unless another
 * `outputType` is set. Batch and streaming.
 */
export const rest: PackagedSource<RestOptions> = new PackagedSource<RestOptions>(
  "rest",
  "RestDataSource",
  ({ headers, inputData, allowedHosts, endValues, onStatus, onBody, ...others }) => ({
    ...commonTexts({ ...(allowedHosts !== undefined && { allowedHosts }) }),
    ...others,
    endValues: endValues?.join(","),
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
);
