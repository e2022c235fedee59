import type { SparkException } from "../errors.js";
import type { SparkConnection } from "./spark-connection.js";
import type { Artifact } from "./artifacts/send-artifacts.js";

/** The method of a source that makes the writer of a batch write, or of a stream. */
export type SourceWriteMethod = "writer" | "streamWriter";

/** A Python data source that this client deploys to the server. */
export interface DeployableDataSource {
  /** The name for `format()`, which ignores case. Undefined: the name that the class declares. */
  readonly name: string | undefined;
  /** @internal Options that may contain credentials. Spark hides their values when it shows plans. */
  readonly hiddenOptions?: readonly string[] | undefined;
  /** @internal The names of all its options. Undefined: only the server knows them. */
  readonly optionNames?: readonly string[] | undefined;
  /** @internal The oldest Spark version that supports trigger({ availableNow }) on it. Undefined: all versions. */
  readonly availableNowSince?: readonly [major: number, minor: number] | undefined;
  /**
   * @internal Returns the files with its code, and the pickle that creates its class on the server. Without an
   * expected name, the pickle fails and reports the declared name. If `hidesOptions` is false, plans show the
   * values of `hiddenOptions`, so a source may deploy a class that refuses credentials in them.
   */
  deployment(
    expectedName: string | undefined,
    hidesOptions: boolean,
    connection: SparkConnection,
  ): Promise<DataSourceDeployment>;
  /** @internal Throws an error if the source has no such method. Without it, only the server knows. */
  checkWrite?(method: SourceWriteMethod): void;
  /** @internal Advice for an error that Spark raises for a plan that reads this source. */
  advice?(error: SparkException, option: (name: string) => string | undefined): string | undefined;
}

/** The files and the pickle to send for one source. */
export interface DataSourceDeployment {
  readonly artifacts: readonly Artifact[];
  /** A pickle for the server's Python worker. It unpickles to the DataSource class. */
  readonly command: Uint8Array;
}
