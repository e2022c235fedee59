import { AnalysisException, UnsupportedOperationException } from "../errors.js";
import { dataSourcesOf, type DataSourceOfPlan } from "../plan/data-source-reads.js";
import type { DeployableDataSource } from "./deployable-data-source.js";
import { withoutValues, type HiddenOption } from "./hidden-values.js";
import type { SparkVersion } from "./spark-version.js";

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
   * The error without the hidden option values of the plan's sources. If one of them has advice, it follows
   * Spark's message.
   */
  explained(error: unknown, plan: object): unknown {
    if (!(error instanceof AnalysisException) || this.#byName.size === 0) return error;
    const used = this.#usedBy(plan);
    const explained = withoutValues(error, used.flatMap(hiddenOptions));
    const advice = used
      .map(({ source, read }) => source.advice?.(explained, caseless(read.options)))
      .find((text) => text !== undefined);
    if (advice === undefined) return explained;
    return new AnalysisException(`${explained.message}\n${advice}`, explained);
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
