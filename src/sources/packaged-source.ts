import type { SparkException } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { sourcesZip } from "../files/packaged-files.js";
import type { DeployableDataSource } from "../connection/deployable-data-source.js";
import { optionTexts, type OptionValue } from "../plan/option-text.js";
import { HIDDEN_OPTIONS } from "./hidden-options.js";
import { packageDeployment, PythonDataSource } from "./python-data-source.js";

/** The Python package of the sources. */
const PACKAGE = "sparktide_sources";

/** What a packaged source knows about the plans that read it. */
export interface SourceTraits {
  readonly availableNowSince?: DeployableDataSource["availableNowSince"];
  readonly advice?: NonNullable<DeployableDataSource["advice"]>;
}

/** A data source of this package, with typed options. */
export class PackagedSource<Options extends object> extends PythonDataSource {
  readonly #structured: (options: Options) => Readonly<Record<string, OptionValue | undefined>>;
  readonly #traits: SourceTraits;
  /** @internal */
  readonly optionNames: readonly string[];

  /** @internal Use weather, coingecko or rest. */
  constructor(
    name: string,
    className: string,
    names: Readonly<Record<string, true>>,
    toTexts: (options: Options) => Readonly<Record<string, OptionValue | undefined>>,
    traits: SourceTraits = {},
  ) {
    super(name, (expectedName, hidesOptions) => {
      const used = hidesOptions ? className : className.replace("DataSource", "ByReference");
      const deploy = packageDeployment(PACKAGE, sourcesZip, `${PACKAGE}.${name}`, used);
      return deploy(expectedName, hidesOptions);
    });
    this.optionNames = Object.keys(names);
    this.#structured = toTexts;
    this.#traits = traits;
  }

  /** @internal */
  get hiddenOptions(): readonly string[] {
    return HIDDEN_OPTIONS;
  }

  /** @internal */
  get availableNowSince(): DeployableDataSource["availableNowSince"] {
    return this.#traits.availableNowSince;
  }

  /** @internal */
  advice(error: SparkException, option: (name: string) => string | undefined): string | undefined {
    return this.#traits.advice?.(error, option);
  }

  /**
   * The options as the texts that Spark takes: `spark.readStream.format(…).options(weather.options({…}))`.
   *
   * @throws {ArgumentError} the source has no option of a name, or a list is not an array
   */
  options(options: Options): Record<string, string> {
    checkOptions(`${this.name ?? ""}.options()`, options, this.optionNames);
    // JavaScript callers may leave out the options.
    return optionTexts(this.#structured({ ...options }));
  }
}
