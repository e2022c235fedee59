import type {
  DataSourceDeployment,
  SourceWriteMethod,
} from "../connection/deployable-data-source.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { offered } from "../javascript/capture/offered.js";
import type { ClusterOptions } from "../javascript/function-options.js";
import type { StructType } from "../types/struct-type.js";
import { deployedClass, requireWriter, type SourceClass } from "./data-source.js";
import type { RestRequestToSign } from "./rest-http.js";
import type { Poll, Polled } from "./rest-source-types.js";

/**
 * A source in TypeScript for an API that the options of `rest` cannot describe. The class says which requests it sends and
 * which position each row has. Its HTTP client, the replay of batches, their sizes and the pace of polls are those of `rest`.
 * The class runs on the cluster, as {@link DataSource} does, and registers in the same way.
 *
 * `spark.read` polls from the start until a poll yields nothing. A stream polls on the driver, every `streamingInterval`
 * seconds. A batch ends after a poll, after `batchSize` rows, or where the next rows would make the offset larger than
 * `maxOffsetBytes`. The next batch continues the same poll. After a restart, a new poll starts with the last position.
 *
 * Every RestSource has these options of `rest`: `url` (what the paths of requests are added to), `streamingInterval`,
 * `batchSize`, `maxOffsetBytes`, `allowHttp`, `allowPrivateHosts`, `allowedHosts`, `connectionTimeout` (5000),
 * `readTimeout` (20000), `totalTimeout`, `maxResponseBytes`, `maxRetries`, `maxRetryWait`, `requestsPerSecond`,
 * `requestsPerMinute` and `burst`. A value of {@link RestSource.hiddenOptions} may be a reference, `env:NAME` or
 * `file:/path`, that the server allows and resolves.
 *
 * @example
 * class Orders extends RestSource<{ url: string }> {
 *   schema = "id BIGINT, placed_at TIMESTAMP, total DECIMAL(12,2)";
 *   async *poll({ http, since }: Poll<number>) {
 *     for await (const row of http.ndjson<{ id: number }>("/orders", { query: { after: since } }))
 *       yield { row, position: row.id };
 *   }
 * }
 * await spark.dataSource.register(Orders);
 * spark.readStream.format("orders").option("url", "https://api.example.com").load();
 */
export abstract class RestSource<
  Options extends object = Readonly<Record<string, string | undefined>>,
> {
  /** Limits of the process in which the source runs. */
  static readonly clusterOptions?: ClusterOptions;

  /**
   * The names of options with credentials. Spark hides their values when it shows plans, and errors do not show them. Each
   * value may be a reference.
   */
  static readonly hiddenOptions?: readonly string[];

  /**
   * How a stream gets the rows of a batch that Spark repeats after a failure. `payload`: from the end offset in the
   * checkpoint. `refetch`: from a new poll, whose rows must have the digest that is in the offset, else the query fails. It
   * needs an API that gives the same rows again, and suits batches that are too large for an offset. Default `payload`.
   */
  static readonly replay?: "payload" | "refetch";

  /** The options of the read: `option(name, value)`. */
  readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** The columns of the source, as DDL or StructType. */
  abstract readonly schema: string | StructType;

  /**
   * Yields the rows after the position `since`, in the order of their positions, and ends when there are no more. Rows that
   * one position covers are in the same batch, so several rows may have the same position.
   *
   * A poll may run again from any of its positions, also in another process. A failure ends the query.
   */
  abstract poll(context: Poll<never>): AsyncIterable<Polled> | Iterable<Polled>;

  /**
   * Returns headers with the credentials of a request, such as a signature. It is called for each try, and only for the
   * origin of the option `url`; without that option, for the origin of the request.
   */
  authorize?(
    request: RestRequestToSign,
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

  /** @internal */
  static checkWrite(this: SourceClass, method: SourceWriteMethod): void {
    requireWriter(this, method);
  }

  /** @internal */
  static deployment(
    this: SourceClass,
    expectedName: string | undefined,
    hidesOptions: boolean,
    connection: SparkConnection,
  ): Promise<DataSourceDeployment> {
    return deployedClass(this, true, { expectedName, hidesOptions, connection });
  }
}

offered("RestSource", RestSource, "sparktide/cluster");
