import { randomUUID } from "node:crypto";
import { ArgumentError, SparkException, type AnalysisException } from "../errors.js";
import { queryPlan, registerDataSource } from "../plan/command.js";
import { dataSourceRelation } from "../plan/relation.js";
import { addArtifacts, type Artifact } from "./artifacts.js";
import { hideInPlans } from "./plan-redaction.js";
import type { PythonWorkerVersion } from "./python-worker-version.js";
import type { SparkConnection } from "./spark-connection.js";

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

/** Raised by the deployment's own pickle when the class cannot be loaded; the reason follows. */
const LOAD_FAILED = /\[SPARKTIDE_LOAD_FAILED\] (.*)/;
/** A worker of another version than the one asked for, which a user's own setting may name wrongly. */
const VERSION_MISMATCH = /worker has different version/;
const DECLARED_NAME = /\[SPARKTIDE_DECLARED_NAME\] (\S+)/;

/** Deploys Python data sources into the session: nothing has to be installed on the server. */
export class DataSourceRegistration {
  readonly #connection: SparkConnection;
  readonly #sent = new Set<string>();
  readonly #pythonVersion: PythonWorkerVersion;

  /** @internal */
  constructor(connection: SparkConnection, pythonVersion: PythonWorkerVersion) {
    this.#connection = connection;
    this.#pythonVersion = pythonVersion;
  }

  /**
   * Registers the sources in this session and checks that each can be loaded; a source of the same
   * name is replaced. Each package is sent once. What is read from now on runs the new code; a stream
   * that runs keeps the old until it is started again, and so may a DataFrame made before.
   *
   * @throws {ArgumentError} two sources of one call have the same name
   * @throws {SparkException} the package lacks the class, or the class has another `name()`
   */
  async register(...sources: readonly DeployableDataSource[]): Promise<void> {
    const names = sources.map((source) => source.name?.toLowerCase());
    const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index);
    if (twice !== undefined) {
      throw new ArgumentError("sources", `Two data sources are named ${twice}; only one can be.`);
    }
    for (const source of sources) await this.#registerOne(source);
  }

  async #registerOne(source: DeployableDataSource): Promise<void> {
    const name = source.name ?? (await this.#declaredName(source));
    const command = await this.#send(source, name);
    await this.#connection.run(registerDataSource(name, command, await this.#pythonVersion.get()));
    const failure = await this.#load(name);
    if (failure !== undefined) throw registrationError(name, failure);
    this.#connection.sources.add(name, source);
  }

  /** Sends what the session does not have yet; returns the pickle. */
  async #send(source: DeployableDataSource, name: string | undefined): Promise<Uint8Array> {
    const { hiddenOptions } = source;
    const hidesOptions =
      hiddenOptions === undefined || (await hideInPlans(this.#connection, hiddenOptions));
    const { artifacts, command } = await source.deployment(name, hidesOptions);
    const unsent = artifacts.filter((artifact) => !this.#sent.has(artifact.name));
    await addArtifacts(this.#connection, unsent);
    for (const artifact of unsent) this.#sent.add(artifact.name);
    return command;
  }

  /** Learns what the class calls itself, under a name that no class has. */
  async #declaredName(source: DeployableDataSource): Promise<string> {
    const placeholder = `sparktide_unnamed_${randomUUID().replaceAll("-", "")}`;
    const command = await this.#send(source, undefined);
    await this.#connection.run(
      registerDataSource(placeholder, command, await this.#pythonVersion.get()),
    );
    const answer = await this.#load(placeholder);
    const declared = DECLARED_NAME.exec(answer?.message ?? "")?.[1];
    if (declared !== undefined) return declared;
    throw registrationError("from Python text", answer ?? new SparkException("It has no name."));
  }

  /** Makes a worker load the class; returns why that fails. */
  async #load(name: string): Promise<SparkException | undefined> {
    const read = { format: name, options: {}, paths: [], isStreaming: false };
    const plan = queryPlan(this.#connection.relation(dataSourceRelation(read)));
    try {
      await this.#connection.client.analyze({ case: "schema", value: { plan } });
      return undefined;
    } catch (error) {
      if (!(error instanceof SparkException)) throw error;
      if (LOAD_FAILED.test(error.message) || VERSION_MISMATCH.test(error.message)) return error;
      // The class was loaded and its schema wants options: those are for its users to give.
      if (error.errorClass === "PYTHON_DATA_SOURCE_ERROR") return undefined;
      throw error;
    }
  }
}

function registrationError(name: string, cause: SparkException): SparkException {
  const reason = LOAD_FAILED.exec(cause.message)?.[1] ?? cause.message;
  return new SparkException(`Data source ${name} cannot be loaded on the server: ${reason}`, {
    errorClass: cause.errorClass,
    sqlState: cause.sqlState,
    messageParameters: cause.messageParameters,
    grpcStatus: cause.grpcStatus,
    cause,
  });
}
