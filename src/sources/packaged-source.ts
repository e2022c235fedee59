import { fileURLToPath } from "node:url";
import { optionTexts, type OptionValue } from "./source-options.js";
import { packageDeployment, PythonDataSource } from "./python-data-source.js";

/** The zip of python-udsource, made by the build; the same place from src/ and from dist/. */
const PACKAGE_ZIP = fileURLToPath(
  new URL("../../dist/python/sparktide_sources.zip", import.meta.url),
);

/** A data source that comes with this package, with its options typed. */
export class PackagedSource<Options extends object> extends PythonDataSource {
  readonly #structured: (options: Options) => Readonly<Record<string, OptionValue | undefined>>;

  /** @internal Use weather, coingecko or rest. */
  constructor(
    name: string,
    className: string,
    toTexts: (options: Options) => Readonly<Record<string, OptionValue | undefined>>,
  ) {
    super(name, packageDeployment(PACKAGE_ZIP, `sparktide_sources.${name}`, className));
    this.#structured = toTexts;
  }

  /** The options as the texts Spark takes: `spark.readStream.format(…).options(weather.options({…}))`. */
  options(options: Options): Record<string, string> {
    return optionTexts(this.#structured(options));
  }
}
