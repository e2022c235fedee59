import { randomUUID } from "node:crypto";
import { ArgumentError, SparkException } from "../errors.js";
import { queryPlan, registerDataSource } from "../plan/command.js";
import { dataSourceRelation } from "../plan/relation.js";
import { addArtifacts, type Artifact } from "./artifacts.js";
import type { SparkConnection } from "./spark-connection.js";

/** A data source written in Python that this client carries to the server. */
export interface DeployableDataSource {
  /** What `format()` is given, compared without case; undefined: what the class itself says. */
  readonly name: string | undefined;
  /**
   * @internal Files its code travels in, and the pickle that makes its class on the server. Without
   * an expected name the pickle fails with the declared one.
   */
  deployment(expectedName: string | undefined): Promise<DataSourceDeployment>;
}

/** What has to reach the server for one source. */
export interface DataSourceDeployment {
  readonly artifacts: readonly Artifact[];
  /** A pickle that the server's Python worker loads; its value is the DataSource class. */
  readonly command: Uint8Array;
}

/** No Python has this version, so every worker answers with its own. */
const IMPOSSIBLE_PYTHON_VERSION = "0.0";

/** Raised by the deployment's own pickle when the class cannot be loaded; the reason follows. */
const LOAD_FAILED = /\[SPARKTIDE_LOAD_FAILED\] (.*)/;
/**
 * Spark reports a worker's refusal as the text of a Python traceback inside its own error: text is
 * all there is to tell it by.
 */
const VERSION_MISMATCH = /worker has different version: (\d+\.\d+)/;
const DECLARED_NAME = /\[SPARKTIDE_DECLARED_NAME\] (\S+)/;

/** Deploys Python data sources into the session: nothing has to be installed on the server. */
export class DataSourceRegistration {
  readonly #connection: SparkConnection;
  readonly #sent = new Set<string>();
  #pythonVersion: string | undefined;

  /** @internal */
  constructor(connection: SparkConnection, pythonVersion?: string) {
    this.#connection = connection;
    this.#pythonVersion = pythonVersion;
  }

  /**
   * Registers the sources in this session and checks that each can be loaded; a source of the same
   * name is replaced. Each package is sent once.
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
    const pythonVersion = await this.#workerPythonVersion(name, command);
    await this.#connection.run(registerDataSource(name, command, pythonVersion));
    const failure = await this.#load(name);
    if (failure !== undefined) throw registrationError(name, failure);
  }

  /** Sends what the session does not have yet; returns the pickle. */
  async #send(source: DeployableDataSource, name: string | undefined): Promise<Uint8Array> {
    const { artifacts, command } = await source.deployment(name);
    const unsent = artifacts.filter((artifact) => !this.#sent.has(artifact.name));
    await addArtifacts(this.#connection, unsent);
    for (const artifact of unsent) this.#sent.add(artifact.name);
    return command;
  }

  /** Learns the workers' Python version from their refusal of one that cannot be. */
  async #workerPythonVersion(name: string, command: Uint8Array): Promise<string> {
    if (this.#pythonVersion !== undefined) return this.#pythonVersion;
    await this.#connection.run(registerDataSource(name, command, IMPOSSIBLE_PYTHON_VERSION));
    const refusal = await this.#load(name);
    const version = VERSION_MISMATCH.exec(refusal?.message ?? "")?.[1];
    if (version === undefined) {
      throw registrationError(
        name,
        refusal ?? new SparkException("The worker's version is unknown."),
      );
    }
    this.#pythonVersion = version;
    return version;
  }

  /** Learns what the class calls itself, under a name that no class has. */
  async #declaredName(source: DeployableDataSource): Promise<string> {
    const placeholder = `sparktide_unnamed_${randomUUID().replaceAll("-", "")}`;
    const command = await this.#send(source, undefined);
    const pythonVersion = await this.#workerPythonVersion(placeholder, command);
    await this.#connection.run(registerDataSource(placeholder, command, pythonVersion));
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
