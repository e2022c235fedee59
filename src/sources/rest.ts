import { PackagedSource } from "./packaged-source.js";
import type { RestOptions } from "./rest-options.js";
import { commonTexts } from "./source-options.js";

/**
 * Any HTTP API, one row a record: `output STRING`, the record's JSON text, unless another
 * `outputType` is chosen. Batch and streaming.
 */
export const rest: PackagedSource<RestOptions> = new PackagedSource<RestOptions>(
  "rest",
  "RestDataSource",
  ({ headers, inputData, allowedHosts, onStatus, ...others }) => ({
    ...commonTexts({ ...(allowedHosts !== undefined && { allowedHosts }) }),
    ...others,
    headers: headers === undefined ? undefined : JSON.stringify(headers),
    inputData:
      inputData === undefined || typeof inputData === "string"
        ? inputData
        : JSON.stringify(inputData),
    onStatus:
      onStatus === undefined
        ? undefined
        : Object.entries(onStatus)
            .map(([status, action]) => `${status}=${action}`)
            .join(","),
  }),
);
