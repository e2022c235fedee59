import type { AnalysisException } from "../errors.js";
import type { Artifact } from "./artifacts/send-artifacts.js";

/** A data source written in Python that this client carries to the server. */
export interface DeployableDataSource {
  /** What `format()` is given, compared without case; undefined: what the class itself says. */
  readonly name: string | undefined;
  /** @internal Options that may hold credentials: their values are hidden where Spark shows plans. */
  readonly hiddenOptions?: readonly string[] | undefined;
  /** @internal The oldest Spark that can run trigger({ availableNow }) on it; undefined: any. */
  readonly availableNowSince?: readonly [major: number, minor: number] | undefined;
  /**
   * @internal Files its code travels in, and the pickle that makes its class on the server. Without
   * an expected name the pickle fails with the declared one. Where plans do not hide the values of
   * `hiddenOptions`, a source may deploy a class that refuses credentials written into them.
   */
  deployment(
    expectedName: string | undefined,
    hidesOptions: boolean,
  ): Promise<DataSourceDeployment>;
  /** @internal What to do about an error that Spark raises over a plan that reads it. */
  advice?(
    error: AnalysisException,
    option: (name: string) => string | undefined,
  ): string | undefined;
}

/** What has to reach the server for one source. */
export interface DataSourceDeployment {
  readonly artifacts: readonly Artifact[];
  /** A pickle that the server's Python worker loads; its value is the DataSource class. */
  readonly command: Uint8Array;
}
