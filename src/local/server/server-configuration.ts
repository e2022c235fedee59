/** The Java options, Spark settings, logging and environment of the server. */
import { join } from "node:path";
import type { Environment } from "../../files/cache-folder.js";
import { hasExecutors, type ServerRequest } from "../local-spark-options.js";
import type { PreparedSpark } from "../install/prepare.js";

/** Packages of java.base whose internals Spark uses. See JavaModuleOptions in Spark 4.2's launcher. */
const OPENED_PACKAGES: readonly string[] = [
  "java.lang",
  "java.lang.invoke",
  "java.lang.reflect",
  "java.io",
  "java.net",
  "java.nio",
  "java.util",
  "java.util.concurrent",
  "java.util.concurrent.atomic",
  "jdk.internal.ref",
  "sun.nio.ch",
  "sun.nio.cs",
  "sun.security.action",
  "sun.util.calendar",
];

/** Since Java 24, Java warns about native access and sun.misc.Unsafe, which Spark's libraries use. */
const WARNS_ABOUT_NATIVE_ACCESS = 24;

const DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
const DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

/**
 * Java's optimizing compiler waits for four times as many calls of a method as by default. In our
 * measurements, this makes a start on two cores a seventh faster. Hot loops are compiled as by default.
 */
const COMPILE_LATER: readonly string[] = [
  "-XX:Tier4InvocationThreshold=20000",
  "-XX:Tier4MinInvocationThreshold=5000",
  "-XX:Tier4CompileThreshold=60000",
];

/** With a small heap on few cores, this collector starts and collects faster than Java's default. */
const PARALLEL_COLLECTOR = "-XX:+UseParallelGC";
const CHOOSES_COLLECTOR = /^-XX:\+Use\w+GC$/;

/** Files and folders of one running server. */
export interface ServerFiles {
  /** Removed when the server has ended. */
  readonly workFolder: string;
  readonly logFile: string;
  readonly propertiesFile: string;
  readonly loggingFile: string;
}

/** The files of a server with the given work folder. */
export function serverFiles(workFolder: string, logFile: string): ServerFiles {
  return {
    workFolder,
    logFile,
    propertiesFile: join(workFolder, "spark.properties"),
    loggingFile: join(workFolder, "log4j2.properties"),
  };
}

/** Java's options that open java.base to Spark. */
function moduleOptions(javaMajor: number): string[] {
  return [
    ...OPENED_PACKAGES.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    "-Djdk.reflect.useDirectMethodHandle=false",
    "-Dio.netty.tryReflectionSetAccessible=true",
    ...(javaMajor < WARNS_ABOUT_NATIVE_ACCESS
      ? []
      : ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]),
  ];
}

/**
 * Arguments of `java` for the server. They replace Spark's start script, which needs a module that the
 * bundled Java lacks and starts a second Java first. The settings are in a file, because every user of
 * the machine can read a command line.
 */
export function javaArguments(
  prepared: PreparedSpark,
  request: ServerRequest,
  files: ServerFiles,
  archiveOptions: readonly string[],
): string[] {
  return [
    "-cp",
    prepared.classPath.join(":"),
    `-Xmx${request.heapMb}m`,
    // Prevents files in /tmp/hsperfdata_USER.
    "-XX:-UsePerfData",
    ...COMPILE_LATER,
    // Java refuses to start with two collectors.
    ...(request.javaOptions.some((option) => CHOOSES_COLLECTOR.test(option))
      ? []
      : [PARALLEL_COLLECTOR]),
    `-XX:ErrorFile=${files.logFile}.crash`,
    ...moduleOptions(prepared.java.major),
    ...archiveOptions,
    ...prepared.javaOptions,
    `-Djava.io.tmpdir=${files.workFolder}`,
    `-Dderby.system.home=${files.workFolder}`,
    `-Dlog4j2.configurationFile=${files.loggingFile}`,
    ...request.javaOptions,
    "org.apache.spark.deploy.SparkSubmit",
    "--properties-file",
    files.propertiesFile,
    "--class",
    "org.apache.spark.sql.connect.service.SparkConnectServer",
    "spark-internal",
  ];
}

/** Spark's settings. The caller's settings override ours. */
export function sparkSettings(
  prepared: PreparedSpark,
  request: ServerRequest,
  files: ServerFiles,
  ivy: string,
): Record<string, string> {
  const asked = { ...request.conf };
  // The packages are already resolved, and their jars are on the class path.
  delete asked["spark.jars.packages"];
  const settings: Record<string, string> = {
    "spark.master": request.master,
    "spark.app.name": "sparktide",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": String(request.port),
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    // By default, listing files creates 10 000 partitions, so a VACUUM of a small table takes a minute.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "8",
    "spark.sql.warehouse.dir": join(files.workFolder, "warehouse"),
    "spark.jars.ivy": ivy,
    "spark.pyspark.python": prepared.pythonPath,
    "spark.pyspark.driver.python": prepared.pythonPath,
  };
  if (request.delta) {
    settings["spark.sql.extensions"] = DELTA_EXTENSION;
    settings["spark.sql.catalog.spark_catalog"] = DELTA_CATALOG;
    // Delta reads a table's log with 50 tasks by default, too many for one machine.
    settings["spark.databricks.delta.snapshotPartitions"] = "2";
  }
  // The driver's own port does not check the token: without this, any user of the machine could use it.
  // With other masters, the cluster defines the secret.
  if (!hasExecutors(request.master)) settings["spark.authenticate"] = "true";
  // Workers of a local-cluster leave a folder for every application in SPARK_HOME, which many runs share.
  if (request.master.startsWith("local-cluster")) {
    settings["spark.worker.cleanup.enabled"] = "true";
    settings["spark.worker.cleanup.interval"] = "60";
    settings["spark.worker.cleanup.appDataTtl"] = "3600";
  }
  // Separate executors do not see the driver's class path.
  if (hasExecutors(request.master) && prepared.packageJars.length > 0) {
    const jars = [...prepared.packageJars, asked["spark.jars"] ?? ""].filter((jar) => jar !== "");
    asked["spark.jars"] = jars.join(",");
  }
  const extensions = asked["spark.sql.extensions"];
  if (request.delta && extensions !== undefined && !extensions.includes(DELTA_EXTENSION)) {
    asked["spark.sql.extensions"] = `${DELTA_EXTENSION},${extensions}`;
  }
  return { ...settings, ...asked };
}

/** Java's .properties format for `settings`. */
export function propertiesText(settings: Readonly<Record<string, string>>): string {
  const escape = (text: string): string =>
    text
      .replaceAll("\\", "\\\\")
      .replaceAll("\n", "\\n")
      .replaceAll("\r", "\\r")
      .replaceAll("\t", "\\t")
      .replace(/^ /, "\\ ")
      .replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const escapeKey = (key: string): string => escape(key).replace(/[=: #!]/g, "\\$&");
  return Object.entries(settings)
    .map(([key, value]) => `${escapeKey(key)}=${escape(value)}\n`)
    .join("");
}

/**
 * log4j2's configuration: warnings, and the two lines with the ports of the server. Standard error is the
 * log file. It also contains Java's own messages and the Python workers' output.
 */
export function loggingText(): string {
  return propertiesText({
    "rootLogger.level": "warn",
    "rootLogger.appenderRef.file.ref": "file",
    "appender.file.type": "Console",
    "appender.file.name": "file",
    "appender.file.target": "SYSTEM_ERR",
    "appender.file.layout.type": "PatternLayout",
    "appender.file.layout.pattern": "%d{yyyy-MM-dd HH:mm:ss.SSS} %p %c{1}: %m%n%ex",
    "logger.connect.name": "org.apache.spark.sql.connect.service.SparkConnectServer",
    "logger.connect.level": "info",
    // Logs the ports of all services, among them that of the web UI.
    "logger.services.name": "org.apache.spark.util.Utils",
    "logger.services.level": "info",
    // Would warn at every start that there is no native Hadoop library, which Spark does not need here.
    "logger.native.name": "org.apache.hadoop.util.NativeCodeLoader",
    "logger.native.level": "error",
  });
}

/**
 * The server's environment. It omits variables of other Spark or Python installations, because they
 * would change which jars and modules Spark loads.
 */
export function serverEnvironment(
  prepared: PreparedSpark,
  request: ServerRequest,
  files: ServerFiles,
  token: string,
  inherited: Environment,
): Environment {
  const foreign =
    /^(SPARK_|PYSPARK_|PYTHONPATH$|PYTHONHOME$|PYTHONSTARTUP$|VIRTUAL_ENV$|HADOOP_CONF_DIR$)/;
  const kept = Object.entries(inherited).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(kept),
    SPARK_HOME: prepared.sparkHome,
    SPARK_CONF_DIR: files.workFolder,
    JAVA_HOME: prepared.java.home,
    PYSPARK_PYTHON: prepared.pythonPath,
    PYSPARK_DRIVER_PYTHON: prepared.pythonPath,
    // As in Spark's start script: hash() of a string is then the same in every worker.
    PYTHONHASHSEED: "0",
    SPARK_LOCAL_IP: "127.0.0.1",
    // As in Spark's start script: without it no executor starts.
    SPARK_SCALA_VERSION: "2.13",
    ...request.env,
    SPARK_CONNECT_AUTHENTICATE_TOKEN: token,
  };
}
