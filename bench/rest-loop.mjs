/** Runs the PySpark loop of the REST comparison in a process that loads one table at a time. */
import { fileURLToPath } from "node:url";
import { ensurePythonPackages } from "../build/modules/local/install/python-environment.js";
import { startLineProcess } from "./line-process.mjs";

const LOOP = fileURLToPath(new URL("pyspark_rest_loop.py", import.meta.url));

/** Installs requests into the cache for the Python of `prepared`. Returns the folder. */
export function requestsPackage(prepared) {
  return ensurePythonPackages(
    "python-requests",
    ["requests==2.34.2"],
    { ...prepared, python: prepared.pythonPath },
    { environment: process.env },
  );
}

/** Starts the loop. `load(table)` returns the milliseconds and the process's peak resident memory. */
export function startLoop({ pythonPath, packages, sparkUrl, apiUrl, shards, pagesPerAppend }) {
  const args = [LOOP, sparkUrl, apiUrl, String(shards), String(pagesPerAppend)];
  const { ask, stop } = startLineProcess(pythonPath, args, { PYTHONPATH: packages });
  return { load: ask, stop };
}
