import { requireText } from "../argument-kind.js";
import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { optionTexts, type OptionValue } from "../plan/option-text.js";
import { shown } from "../value-kind.js";

/** Where a pipeline keeps its tables and checkpoints. */
export interface PipelineOptions {
  /**
   * The folder for the checkpoints of flows, as a URI that the server can reach: `file:///data/pipelines/markets`,
   * `s3a://bucket/markets`. Two pipelines must not share it.
   */
  readonly storage: string;
  /** The catalog of names without one. Default: the session's current catalog. */
  readonly catalog?: string | undefined;
  /** The database of names without one. It must exist. Default: the session's current database. */
  readonly database?: string | undefined;
  /** Spark configuration of all flows. */
  readonly conf?: Readonly<Record<string, OptionValue>> | undefined;
}

const OPTIONS: readonly (keyof PipelineOptions)[] = ["storage", "catalog", "database", "conf"];

/** @throws {ArgumentError} storage is not a URI, or an option is unknown */
export function checkedOptions(options: PipelineOptions): PipelineOptions {
  checkOptions("pipeline()", options, OPTIONS);
  requireText("storage", options.storage);
  if (!/^[a-z][a-z0-9+.-]*:\/./i.test(options.storage))
    throw new ArgumentError(
      "storage",
      `storage must be an absolute URI, such as file:///data/pipelines/markets, got ${shown(options.storage)}.`,
    );
  return { ...options, conf: optionTexts(options.conf ?? {}) };
}
