import { ArgumentError, SparkError } from "../errors.js";
import { SIGNAL, checkOptions } from "../option-check.js";
import type { CallOptions } from "../connection/call-options.js";
import type { SparkSession } from "../session/spark-session.js";
import { REST_OPTIONS } from "./option-names.js";
import { PackagedSource } from "./packaged-source.js";
import type { RestOptions } from "./rest-options/rest-options.js";
import { rest } from "./rest.js";

/** Makes one row of an API's first page: its schema, or what failed (python-udsource, rest_schema.py). */
const restSchema = new PackagedSource<RestOptions>(
  "rest_schema",
  "RestSchemaDataSource",
  REST_OPTIONS,
  (options) => rest.options(options),
);

/** The one row; either `ddl` is null, or `code` and `message` are. */
interface SchemaRow {
  readonly ddl: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

/**
 * Infers the schema of an API's records, as DDL to pin in code. Takes the options of `rest.options()`.
 * The server makes the requests of a read with these options, up to the first page that has records:
 * credentials, references to secrets, OAuth, proxies, formats and retries work as in a read.
 *
 * ```ts
 * await inferRestSchema(spark, { url: "https://api.example.com/items" });
 * // id BIGINT, name STRING, tags ARRAY<STRING>, owner STRUCT<login: STRING>
 * ```
 *
 * The result is a guess from one page: read and correct it before you pin it. Integers are BIGINT,
 * beyond 64 bits DECIMAL(38,0), beyond 38 digits STRING. Fractions are DOUBLE, never DECIMAL, because one
 * page does not show their scale; they are STRING where a double would lose an integer's digits. Texts
 * are STRING, also those that look like times, and so are all cells of a CSV. A struct has the fields of
 * all records, in the order in which they first appear. STRING, which takes any value as its JSON text, is
 * also the type of fields that are always null, of objects without fields, and of fields that have values
 * of different kinds, such as an array in one record and a number in another. (from_json rewrites fractions
 * before they become text, 1.10 as 1.1; the source's own columns, `outputType` struct or columns, keep
 * them as received.)
 *
 * With `inputData` the requests are those of its first row. Lines and CSV rows that the source cannot
 * decode are left out if `onError` is skip or deadLetter; a failed request is always an error. The options
 * about columns, such as `outputType` and `schema`, have no effect. Each call registers the source
 * `rest_schema` in the session; `rest` need not be registered.
 *
 * @param callOptions.signal cancels the requests on the server
 * @throws {ArgumentError} the first argument is not a session; an option is unknown, malformed or contradicts another
 * one; or the server does not allow a reference to a secret
 * @throws {AnalysisException} the server takes credentials only as references, and an option holds one itself
 * @throws {SparkError} with the code EGRESS_REFUSED (the egress rules forbid the address), HTTP_STATUS (the API
 * answered with an error status), HTTP_FAILED (no usable answer), UNEXPECTED_ANSWER (the body cannot be decoded,
 * is an error with a status of success, or has no records at `dataField`) or SCHEMA_NOT_INFERRED (no records,
 * records that are not objects, or names that differ only in case). Messages hold no credentials.
 */
export async function inferRestSchema(
  spark: SparkSession,
  options: RestOptions,
  callOptions: CallOptions = {},
): Promise<string> {
  checkArguments(spark, options);
  checkOptions("inferRestSchema()", callOptions, SIGNAL);
  const { signal } = callOptions;
  signal?.throwIfAborted();
  await spark.dataSource.register(restSchema);
  signal?.throwIfAborted();
  const asked = spark.read.format("rest_schema").options(rest.options(options)).load();
  const [row] = (await asked.collect({ signal })) as readonly unknown[] as readonly SchemaRow[];
  if (row?.ddl != null) return row.ddl;
  const { code, message } = row ?? {};
  if (code === "INVALID_OPTION") throw new ArgumentError("options", message ?? code);
  throw new SparkError(code ?? "SCHEMA_NOT_INFERRED", message ?? "The server returned no schema.");
}

/** Refuses calls from JavaScript that miss an argument, such as inferRestSchema(options). */
function checkArguments(spark: unknown, options: unknown): void {
  const isSession = typeof spark === "object" && spark !== null && "dataSource" in spark;
  if (!isSession) {
    throw new ArgumentError(
      "spark",
      "The first argument of inferRestSchema(spark, options) must be a SparkSession: the server calls the API.",
    );
  }
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError(
      "options",
      'inferRestSchema(spark, options) needs the options of rest, such as { url: "https://api.example.com/items" }.',
    );
  }
}
