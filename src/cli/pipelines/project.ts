import type { SparkSession } from "../../index.js";
import { pipeline, type Pipeline } from "../../pipelines/index.js";
import type { CommandContext, OptionSpecs } from "../command.js";
import { CONF_OPTION } from "../local-options.js";
import { packagedSources, SOURCE_OPTION } from "../packaged-sources.js";
import { REMOTE_OPTIONS, requireRemote, sessionBuilder } from "../remote.js";
import { libraryFiles, type LibraryFile } from "./library-files.js";
import { defineLibrary, loadModules, type LibraryModule } from "./library-modules.js";
import { findSpec, readSpec, type PipelineSpec } from "./spec-file.js";

/** The options of the commands that read a pipeline and connect to a server. */
export const PROJECT_OPTIONS: OptionSpecs = {
  spec: {
    type: "string",
    value: "FILE",
    help: "the specification of the pipeline. Default: spark-pipeline.yml or .yaml in this folder or the nearest folder above it",
  },
  conf: {
    ...CONF_OPTION["conf"],
    type: "string",
    help: "a Spark setting of the session and of all flows; repeatable. It takes precedence over configuration in the specification",
  },
  ...SOURCE_OPTION,
  ...REMOTE_OPTIONS,
};

/** A pipeline with its session. Disposing it ends the session. */
export interface OpenProject extends AsyncDisposable {
  readonly spec: PipelineSpec;
  readonly spark: SparkSession;
  readonly pipeline: Pipeline;
}

/**
 * Reads the specification, loads its libraries, connects to the server, and adds the definitions. Relative paths in
 * libraries are relative to the folder of the specification, as with PySpark.
 *
 * @throws {UsageError} an option, the specification or a library is wrong
 * @throws {SparkError} a library failed; the message names the line
 */
export async function openProject(context: CommandContext): Promise<OpenProject> {
  const { options, terminal, signal } = context;
  const spec = await readSpec(await findSpec(options.text("spec"), process.cwd()));
  const conf = { ...spec.configuration, ...options.pairs("conf") };
  const { storage, catalog, database } = spec;
  const made = pipeline({ storage, catalog, database, conf });
  const files = await libraryFiles(spec);
  let builder = (await sessionBuilder(context, await requireRemote(context))).dataSources(
    ...packagedSources(options),
  );
  for (const [key, value] of Object.entries(conf)) builder = builder.config(key, value);
  terminal.status("loading the libraries");
  const modules = await loadModules(files.filter(({ kind }) => kind === "module"));
  process.chdir(spec.folder);
  terminal.status("connecting");
  const spark = await builder.create();
  try {
    for (const file of files) {
      signal.throwIfAborted();
      await define(file, modules, made, spark);
    }
    terminal.status("");
    return {
      spec,
      spark,
      pipeline: made,
      [Symbol.asyncDispose]: () => spark.stop(),
    };
  } catch (error) {
    await spark.stop();
    throw error;
  }
}

async function define(
  file: LibraryFile,
  modules: readonly LibraryModule[],
  made: Pipeline,
  spark: SparkSession,
): Promise<void> {
  const module = modules.find((each) => each.file === file);
  if (module !== undefined) await defineLibrary(module, made, spark);
  // The session runs in the folder of the specification.
  else made.sql({ file: file.shown });
}
