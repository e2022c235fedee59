/**
 * The Rust client of Spark Connect: a package of PyPI with PySpark's API over a client written in Rust. It runs the
 * program of PySpark's side, with the Python packages of the embedded Spark.
 */
import { ensurePythonPackages } from "../build/modules/local/install/python-environment.js";

const RELEASE = "pyspark-client-rust==4.2.0";

/** Installs the client into the cache, and returns the PYTHONPATH with which it replaces PySpark. */
export function rustClientFolder(prepared) {
  return ensurePythonPackages(
    "rust-client",
    // The environment has pandas, pyarrow and numpy in the releases that PySpark uses.
    ["--no-deps", RELEASE],
    { ...prepared, python: prepared.pythonPath },
    { environment: process.env, onProgress: () => undefined },
  );
}
