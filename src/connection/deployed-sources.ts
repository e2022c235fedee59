import {
  AnalysisException,
  ArgumentError,
  SparkException,
  UnsupportedOperationException,
} from "../errors.js";
import { suggestion } from "../near-name.js";
import { dataSourcesOf, type DataSourceOfPlan } from "../plan/data-source-reads.js";
import type { DeployableDataSource, SourceWriteMethod } from "./deployable-data-source.js";
import { adviceFor, withAdvice } from "./error-advice.js";
import { withoutValues, type HiddenOption } from "./hidden-values.js";
import type { SparkVersion } from "./spark-version.js";

/** The sources that come with this package. */
const PACKAGED: readonly string[] = ["weather", "coingecko", "rest"];
/** The formats that come with Spark, and Delta Lake's. */
const BUILT_IN: readonly string[] = [
  ...["parquet", "csv", "json", "orc", "text", "xml", "avro", "binaryFile", "jdbc", "delta"],
  ...["kafka", "rate", "socket", "console", "memory", "noop"],
];

/** A read, as far as it is checked. */
interface CheckedRead {
  readonly format?: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

/** A registered source, and a read of it in a plan. */
interface SourceInPlan {
  readonly name: string;
  readonly source: DeployableDataSource;
  readonly read: DataSourceOfPlan;
}

/** The sources registered in a session, and their knowledge about plans that read them. */
export class DeployedSources {
  readonly #byName = new Map<string, DeployableDataSource>();

  /** Adds a source, or replaces the source of the same name. Names ignore case, as in Spark. */
  add(name: string, source: DeployableDataSource): void {
    this.#byName.set(name.toLowerCase(), source);
  }

  /** The names of options with values that the registered sources hide. */
  hiddenNames(): string[] {
    return [...this.#byName.values()].flatMap((source) => source.hiddenOptions ?? []);
  }

  /**
   * The error without the hidden option values of the plan's sources, and with advice if its cause is likely a
   * mistake that the client knows.
   */
  explained(error: unknown, plan: object): unknown {
    if (!(error instanceof SparkException)) return error;
    const used = this.#usedBy(plan);
    const explained =
      error instanceof AnalysisException
        ? withoutValues(error, used.flatMap(hiddenOptions))
        : error;
    const advice =
      used
        .map(({ source, read }) => source.advice?.(explained, caseless(read.options)))
        .find((text) => text !== undefined) ??
      this.#notFound(explained) ??
      adviceFor(explained);
    return advice === undefined ? explained : withAdvice(explained, advice);
  }

  /** Advice if the server does not know a format. */
  #notFound({ errorClass, messageParameters }: SparkException): string | undefined {
    const { provider } = messageParameters;
    if (errorClass !== "DATA_SOURCE_NOT_FOUND" || provider === undefined) return undefined;
    const name = provider.toLowerCase();
    if (this.#byName.has(name)) {
      return `This session has registered ${name}, but the server no longer has it. Register it again: await spark.dataSource.register(…).`;
    }
    if (PACKAGED.includes(name)) {
      return `The session has not registered this source of sparktide/sources. Import ${name} from there, and add .dataSources(${name}) to the session's builder or call await spark.dataSource.register(${name}).`;
    }
    if (name === "delta")
      return "The server runs without Delta Lake, which has to be set up when it starts.";
    const near = suggestion(provider, [...BUILT_IN, ...PACKAGED, ...this.#byName.keys()]);
    if (near !== "") return near.trimStart();
    return "A data source written in Python has to be registered in this session: await spark.dataSource.register(…). Other sources need their jar on the server.";
  }

  /**
   * Checks a read of a registered source whose options the client knows.
   *
   * @throws {ArgumentError} the source has no option of a name, or a path is given
   */
  checkRead({ format = "", options, paths }: CheckedRead): void {
    const known = this.#byName.get(format.toLowerCase())?.optionNames;
    if (known === undefined) return;
    if (paths.length > 0) {
      throw new ArgumentError(
        "path",
        `The source ${format} reads no path: call load() without arguments. Its address is the option ${known.includes("url") ? "url" : "baseUrl"}.`,
      );
    }
    const lower = new Set([...known, "streaming"].map((name) => name.toLowerCase()));
    const unknown = Object.keys(options).find((name) => !lower.has(name.toLowerCase()));
    if (unknown !== undefined) {
      throw new ArgumentError(
        unknown,
        `Unknown option ${unknown} of ${format}.${suggestion(unknown, known)} Known options: ${known.join(", ")}.`,
      );
    }
  }

  /**
   * Checks a write to a registered source.
   *
   * @throws {ArgumentError} the source cannot be written to in this way
   */
  checkWrite(format: string | undefined, method: SourceWriteMethod): void {
    this.#byName.get(format?.toLowerCase() ?? "")?.checkWrite?.(method);
  }

  /**
   * Refuses trigger({ availableNow }) if this server would not read all available data of a source.
   *
   * @throws {UnsupportedOperationException} one of the plan's sources needs a newer server
   */
  requireAvailableNow(plan: object, version: SparkVersion): void {
    for (const { name, source } of this.#usedBy(plan)) {
      const since = source.availableNowSince;
      if (since === undefined || version.isAtLeast(...since)) continue;
      const needed = since.join(".");
      throw new UnsupportedOperationException(
        `trigger({ availableNow: true }) on the source ${name} needs Spark ${needed} or newer; the server runs Spark ${version.text}, which would not read all available data. Use trigger({ processingTime: "…" }) and stop() the query after it has caught up, or use Spark ${needed}.`,
        { errorClass: `AVAILABLE_NOW_NEEDS_SPARK_${since.join("_")}` },
      );
    }
  }

  #usedBy(plan: object): SourceInPlan[] {
    return dataSourcesOf(plan).flatMap((read) => {
      const name = read.format?.toLowerCase() ?? "";
      const source = this.#byName.get(name);
      return source === undefined ? [] : [{ name, source, read }];
    });
  }
}

function hiddenOptions({ source, read }: SourceInPlan): HiddenOption[] {
  const option = caseless(read.options);
  return (source.hiddenOptions ?? []).flatMap((name) => {
    const value = option(name);
    return value === undefined || value === "" ? [] : [{ name, value }];
  });
}

/** Looks up options, ignoring case as Spark does. */
function caseless(options: Readonly<Record<string, string>>): (name: string) => string | undefined {
  const texts = new Map(
    Object.entries(options).map(([key, value]) => [key.toLowerCase(), value] as const),
  );
  return (name) => texts.get(name.toLowerCase());
}
