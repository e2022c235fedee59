import type { DeployableDataSource } from "../../connection/deployable-data-source.js";
import { ArgumentError, SparkException } from "../../errors.js";
import { registerDataSource } from "../../plan/command.js";
import { addArtifacts } from "../../connection/artifacts/send-artifacts.js";
import { checkDataSource } from "./check-data-source.js";
import { hideInPlans } from "./plan-redaction.js";
import type { PythonWorkerVersion } from "../../connection/python-worker-version.js";
import { loadFailures } from "../../connection/source-check.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

/** The deployment's pickle raises this if it cannot load the class. The reason follows the tag. */
const LOAD_FAILED = /\[SPARKTIDE_LOAD_FAILED\] (.*)/;
const DECLARED_NAME = /\[SPARKTIDE_DECLARED_NAME\] (\S+)/;

/** A source that a worker could load. */
interface LoadableSource {
  readonly name: string;
  readonly source: DeployableDataSource;
  /** The pickle to register under that name. */
  readonly command: Uint8Array;
}

/** Deploys Python data sources into the session. The server needs no installation. */
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
   * Registers the sources in this session, after a Python worker has loaded all of them. It replaces sources
   * of the same name, and sends each package once. New reads run the new code. A running stream keeps the old
   * code until it restarts, and an earlier DataFrame may keep it too.
   *
   * @throws {ArgumentError} two sources of one call have the same name; no source is registered
   * @throws {SparkException} a package lacks the class, or the class has another `name()`. The message names
   *   each source that failed, and no source is registered
   * @example
   * await spark.dataSource.register(weather, coingecko);
   * spark.readStream.format("weather").load();
   */
  async register(...sources: readonly DeployableDataSource[]): Promise<void> {
    for (const source of sources) checkDataSource(source);
    requireDifferentNames(sources.map(({ name }) => name));
    if (sources.length === 0) return;
    const loadable = await this.#loadable(sources);
    const pythonVersion = await this.#pythonVersion.get();
    for (const { name, source, command } of loadable) {
      await this.#connection.run(registerDataSource(name, command, pythonVersion));
      this.#connection.sources.add(name, source);
    }
  }

  /** Loads the sources in a worker, and returns them with their names. */
  async #loadable(sources: readonly DeployableDataSource[]): Promise<LoadableSource[]> {
    const commands: Uint8Array[] = [];
    for (const source of sources) commands.push(await this.#send(source, source.name));
    const failures = await this.#loadFailures(commands);
    const problems: SparkException[] = [];
    const names: string[] = [];
    for (const [index, { name }] of sources.entries()) {
      const failure = failures[index];
      // For a source without a name, the worker reports the name that its class declares.
      const declared = DECLARED_NAME.exec(failure?.message ?? "")?.[1];
      const known = name ?? declared;
      if (known !== undefined && (failure === undefined || name === undefined)) {
        names.push(known);
      } else {
        const unnamed =
          sources.length === 1 ? "from Python text" : `number ${index + 1} (from Python text)`;
        problems.push(registrationError(name ?? unnamed, failure));
      }
    }
    if (problems.length > 0) throw joined(problems);
    requireDifferentNames(names);
    const loadable: LoadableSource[] = [];
    for (const [index, source] of sources.entries()) {
      const name = names[index] ?? "";
      const command = source.name === undefined ? await this.#send(source, name) : commands[index];
      if (command !== undefined) loadable.push({ name, source, command });
    }
    return loadable;
  }

  /** The error of loading each pickle. One worker loads all of them, unless it fails before the end. */
  async #loadFailures(
    commands: readonly Uint8Array[],
  ): Promise<readonly (SparkException | undefined)[]> {
    const pythonVersion = await this.#pythonVersion.get();
    try {
      return await loadFailures(this.#connection, commands, pythonVersion);
    } catch (error) {
      if (!(error instanceof SparkException)) throw error;
      if (commands.length === 1) return [error];
    }
    // Loading one of them may have ended the worker. Loading each separately finds it.
    const failures: (SparkException | undefined)[] = [];
    for (const command of commands) failures.push(...(await this.#loadFailures([command])));
    return failures;
  }

  /** Sends the artifacts that the session does not have yet, and returns the pickle. */
  async #send(source: DeployableDataSource, name: string | undefined): Promise<Uint8Array> {
    const { hiddenOptions } = source;
    const hidesOptions =
      hiddenOptions === undefined || (await hideInPlans(this.#connection, hiddenOptions));
    const { artifacts, command } = await source.deployment(name, hidesOptions, this.#connection);
    const unsent = artifacts.filter((artifact) => !this.#sent.has(artifact.name));
    await addArtifacts(this.#connection, unsent);
    for (const artifact of unsent) this.#sent.add(artifact.name);
    return command;
  }
}

function requireDifferentNames(names: readonly (string | undefined)[]): void {
  const folded = names.map((name) => name?.toLowerCase());
  const twice = folded.find((name, index) => name !== undefined && folded.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ArgumentError(
    "sources",
    `Two data sources are named ${twice}. Give each a different name.`,
  );
}

function registrationError(name: string, cause: SparkException | undefined): SparkException {
  const message = cause?.message ?? "its class has no name.";
  const reason = LOAD_FAILED.exec(message)?.[1] ?? message;
  return new SparkException(`Data source ${name} cannot be loaded on the server: ${reason}`, {
    errorClass: cause?.errorClass,
    sqlState: cause?.sqlState,
    messageParameters: cause?.messageParameters,
    grpcStatus: cause?.grpcStatus,
    cause,
  });
}

/** One error for all sources that failed in a call. */
function joined(problems: readonly SparkException[]): SparkException {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return first;
  return new SparkException(problems.map(({ message }) => message).join("\n"), {
    errorClass: first?.errorClass,
    sqlState: first?.sqlState,
    grpcStatus: first?.grpcStatus,
    cause: new AggregateError(problems),
  });
}
