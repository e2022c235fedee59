import type {
  DataSourceDeployment,
  DeployableDataSource,
  SourceWriteMethod,
} from "../connection/deployable-data-source.js";
import { JavaScriptRuntime } from "../connection/javascript/javascript-runtime.js";
import { SentCode } from "../connection/javascript/sent-code.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { ArgumentError } from "../errors.js";
import { codeId, type CodeSpec } from "../javascript/bridge-text.js";
import { captured } from "../javascript/capture/captured.js";
import { offered } from "../javascript/capture/offered.js";
import { moduleLoader } from "../javascript/module-export.js";
import { processSettings, type ClusterOptions } from "../javascript/function-options.js";
import type { JavaScriptCode } from "../javascript/javascript-code.js";
import { SOURCE_CLASS, sourceText } from "../javascript/source-text.js";
import { PythonDataSource } from "../sources/python-data-source.js";
import type { Row } from "../types/row.js";
import type { StructType } from "../types/struct-type.js";
import type {
  DataSourceStreamWriter,
  DataSourceWriter,
  StreamWriteSettings,
  WriteSettings,
} from "./data-source-writer.js";

/** Rows as a source yields them: objects by column name, or arrays in the order of the schema. */
export type SourceRows = AsyncIterable<Row | object> | Iterable<Row | object>;

/** A position in a stream: an object that JSON can hold. Spark stores it in the checkpoint. */
export type Offset = object;

/** How much a batch may read; see {@link DataSource.latestOffset}. */
export interface ReadLimit {
  /** The largest number of rows. Undefined: all available rows. */
  readonly maxRows?: number | undefined;
}

/** What `spark.dataSource.register()` says when it deploys a source. */
export interface Deploying {
  readonly expectedName: string | undefined;
  /** Whether Spark hides the values of the hidden options. */
  readonly hidesOptions: boolean;
  readonly connection: SparkConnection;
}

/**
 * Deploys the class of a source.
 *
 * @param mayRefer whether the hidden options may be references
 */
export function deployedClass(
  source: SourceClass,
  mayRefer: boolean,
  deploying: Deploying,
): Promise<DataSourceDeployment> {
  const { name, clusterOptions = {}, hiddenOptions } = source;
  if (name === "")
    throw new ArgumentError("source", "A data source needs a name: give its class a name.");
  const code = (): JavaScriptCode =>
    captured(source as never, { name, captures: clusterOptions.captures });
  const options = { ...clusterOptions, hiddenOptions };
  return deployment(name, code, options, { ...deploying, mayRefer });
}

async function deployment(
  name: string,
  load: () => JavaScriptCode | Promise<JavaScriptCode>,
  { hiddenOptions = [], ...clusterOptions }: ModuleSourceOptions,
  { expectedName, hidesOptions, connection, mayRefer }: Deploying & { readonly mayRefer: boolean },
): Promise<DataSourceDeployment> {
  const settings = processSettings(`${name}.clusterOptions`, clusterOptions);
  const code = await load();
  const runtime = await connection.part(JavaScriptRuntime).get();
  const spec: CodeSpec = { code, runtime, settings };
  connection.part(SentCode).add(codeId(spec), code);
  const hidden = { names: hiddenOptions, areVisible: !hidesOptions, mayRefer };
  const text = { source: sourceText(spec, name, hidden), class: SOURCE_CLASS, name };
  return PythonDataSource.fromSource(text).deployment(expectedName, hidesOptions);
}

/**
 * The class of a data source that a module exports, for code that needs npm packages or several files. The client bundles
 * the module when it registers the source. This needs rolldown or esbuild, unless the module is a JavaScript file without
 * imports.
 *
 * @param module the module's file, as `new URL("./events.ts", import.meta.url)`
 * @param exportName the name of the exported class, which is also the name of the source
 * @example
 * await spark.dataSource.register(
 *   sourceFromModule(new URL("./events.ts", import.meta.url), "Events", { network: ["api.example.com"] }),
 * );
 */
export function sourceFromModule(
  module: URL | string,
  exportName: string,
  options: ModuleSourceOptions = {},
): DeployableDataSource {
  const { load } = moduleLoader("sourceFromModule()", { module, export: exportName });
  processSettings("sourceFromModule()", options, ["hiddenOptions"]);
  return {
    name: exportName,
    hiddenOptions: options.hiddenOptions,
    deployment: (expectedName, hidesOptions, connection) =>
      deployment(exportName, load, options, {
        ...{ expectedName, hidesOptions, connection },
        // The module may export a RestSource.
        mayRefer: true,
      }),
  };
}

/** The options of {@link sourceFromModule}. */
export interface ModuleSourceOptions extends ClusterOptions {
  /** The names of options with credentials. Spark hides their values when it shows plans. */
  readonly hiddenOptions?: readonly string[] | undefined;
}

/** @throws {ArgumentError} the class of a source has no such method */
export function requireWriter({ name, prototype }: SourceClass, method: SourceWriteMethod): void {
  if (method in prototype) return;
  const call = method === "writer" ? "df.write" : "df.writeStream";
  throw new ArgumentError(
    "format",
    `The data source ${name} has no method ${method}(), which ${call} needs.`,
  );
}

/** The static side of a source. */
export interface SourceClass {
  readonly name: string;
  readonly prototype: object;
  readonly hiddenOptions?: readonly string[] | undefined;
  readonly clusterOptions?: ClusterOptions | undefined;
}

/**
 * A data source in TypeScript that runs on the cluster, in a Node.js process beside each of Spark's Python workers. The
 * name of the class is the name for `format()`, which ignores case. Register the class in each session:
 * `await spark.dataSource.register(Events)`.
 *
 * A batch read calls `schema()` and `partitions()` on the driver, and `read()` for each partition on the executors.
 * A stream calls `initialOffset()` at its first start, and then for each batch `latestOffset()`,
 * `partitionsBetween()` and `read()`, and `commit()` when the batch is in the sink. After a restart Spark asks for the
 * last range again, so the same range must give the same rows. `read()` may run in any process of
 * the cluster: its partition must say all that it needs. The other methods of a stream run on one object while the query
 * runs.
 *
 * A source with `writer()` or `streamWriter()` can be written to. A source that is only written to needs no other method.
 *
 * `Options` is the type of the options. Spark passes all of them as text, and ignores the case of their names.
 *
 * @example
 * class Squares extends DataSource<{ count: string }> {
 *   override schema() {
 *     return "n INT, square INT";
 *   }
 *   override *read() {
 *     for (let n = 0; n < Number(this.options.count); n++) yield { n, square: n * n };
 *   }
 * }
 * await spark.dataSource.register(Squares);
 * spark.read.format("squares").option("count", "3").load();
 */
export abstract class DataSource<
  Options extends object = Readonly<Record<string, string | undefined>>,
> {
  /** Limits of the process in which the source runs. */
  static readonly clusterOptions?: ClusterOptions;

  /** The names of options with credentials. Spark hides their values when it shows plans. */
  static readonly hiddenOptions?: readonly string[];

  /** The options of the read: `option(name, value)`. */
  readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** The columns of the source, as DDL or StructType. Reads need it. */
  schema?(): string | StructType | Promise<string | StructType>;

  /**
   * The parts that Spark reads side by side: values that JSON can hold. Each becomes the argument of a call of
   * {@link read}. Default: one part, `null`.
   */
  partitions?(): readonly unknown[] | Promise<readonly unknown[]>;

  /** Yields the rows of a partition. Reads need it. */
  read?(partition: never): SourceRows | Promise<SourceRows>;

  /** The position before the first row of a stream. */
  initialOffset?(): Offset | Promise<Offset>;

  /**
   * The position after the last row that the next batch may read.
   *
   * @param start the position where the next batch begins. Undefined before Spark 4.2
   * @param limit how much the batch may read
   */
  latestOffset?(start: never, limit: ReadLimit): Offset | Promise<Offset>;

  /**
   * The limit of each batch. Spark passes it to {@link latestOffset}, except where a trigger asks for all rows. Spark 4.2.
   * Default: no limit.
   */
  getDefaultReadLimit?(): ReadLimit | Promise<ReadLimit>;

  /**
   * Spark 4.2 calls this once at the start of a query with `trigger({ availableNow: true })`. The source keeps the end of
   * the data as it is now in its object: until the query ends, {@link latestOffset} must not go beyond that end. A source
   * that limits its batches needs this method, because otherwise such a query ends after one batch.
   */
  prepareForTriggerAvailableNow?(): void | Promise<void>;

  /** The parts of the rows after `start` up to `end`; see {@link partitions}. */
  partitionsBetween?(start: never, end: never): readonly unknown[] | Promise<readonly unknown[]>;

  /** Tells the source that Spark will not ask for rows up to `end` again. */
  commit?(end: never): void | Promise<void>;

  /** Ends a stream. Spark may end the process of the source without this call. */
  stop?(): void | Promise<void>;

  /**
   * Makes the writer for `df.write.format(…).mode(…).save()`. Spark allows the modes append and overwrite, and does not
   * compare the rows with what `schema()` returns. Each call of a method of the writer calls this method first, in its own process.
   *
   * @param schema the columns of the rows
   * @param settings whether the rows replace all earlier rows. A writer without this parameter can only append
   */
  writer?(
    schema: StructType,
    settings: WriteSettings,
  ): DataSourceWriter<never> | Promise<DataSourceWriter<never>>;

  /**
   * Makes the writer for `df.writeStream.format(…).start()`; see {@link writer}.
   *
   * @param schema the columns of the rows
   * @param settings whether the rows of a batch replace all earlier rows, as with `outputMode("complete")`. A writer without
   *   this parameter can only append
   */
  streamWriter?(
    schema: StructType,
    settings: StreamWriteSettings,
  ): DataSourceStreamWriter<never> | Promise<DataSourceStreamWriter<never>>;

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
    return deployedClass(this, false, { expectedName, hidesOptions, connection });
  }
}

/** What {@link SimpleDataSource.read} returns: rows, and the position after them. */
export interface RowsUntil<End extends Offset = Offset> {
  readonly rows: SourceRows;
  /** The position after the last row. It equals the start if there are no rows. */
  readonly end: End;
}

/**
 * A stream in TypeScript for an API with few rows: the driver reads them, in one part. See {@link DataSource}.
 *
 * @example
 * class Ticks extends SimpleDataSource {
 *   schema() {
 *     return "tick BIGINT";
 *   }
 *   initialOffset() {
 *     return { next: 0 };
 *   }
 *   read({ next }: { next: number }) {
 *     return { rows: [{ tick: next }], end: { next: next + 1 } };
 *   }
 *   readBetween(start: { next: number }, end: { next: number }) {
 *     return Array.from({ length: end.next - start.next }, (_, at) => ({ tick: start.next + at }));
 *   }
 * }
 * await spark.dataSource.register(Ticks);
 */
export abstract class SimpleDataSource<
  Options extends object = Readonly<Record<string, string | undefined>>,
> {
  /** Limits of the process in which the source runs. */
  static readonly clusterOptions?: ClusterOptions;

  /** The names of options with credentials. Spark hides their values when it shows plans. */
  static readonly hiddenOptions?: readonly string[];

  /** The options of the read: `option(name, value)`. */
  readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** The columns of the source, as DDL or StructType. */
  abstract schema(): string | StructType | Promise<string | StructType>;

  /** The position before the first row. */
  abstract initialOffset(): Offset | Promise<Offset>;

  /** Reads the next rows after a position. */
  abstract read(start: never): RowsUntil | Promise<RowsUntil>;

  /** Reads the same rows again after a restart: those after `start` up to `end`. */
  abstract readBetween(start: never, end: never): SourceRows | Promise<SourceRows>;

  /** See {@link DataSource.prepareForTriggerAvailableNow}; {@link read} must not go beyond the end. */
  prepareForTriggerAvailableNow?(): void | Promise<void>;

  /** Tells the source that Spark will not ask for rows up to `end` again. */
  commit?(end: never): void | Promise<void>;

  /** Ends a stream. Spark may end the process of the source without this call. */
  stop?(): void | Promise<void>;

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
    return deployedClass(this, false, { expectedName, hidesOptions, connection });
  }
}

offered("DataSource", DataSource, "sparktide/cluster");
offered("SimpleDataSource", SimpleDataSource, "sparktide/cluster");
