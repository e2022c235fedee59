/** The PySpark loop of the REST comparison, as a process that loads one table at a time. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ensurePythonPackages } from "../build/modules/local/python-environment.js";

const LOOP = fileURLToPath(new URL("pyspark_rest_loop.py", import.meta.url));

/** The folder with requests, installed into the cache for the Python of `prepared`. */
export function requestsPackage(prepared) {
  return ensurePythonPackages(
    "python-requests",
    ["requests==2.34.2"],
    { ...prepared, python: prepared.pythonPath },
    { environment: process.env },
  );
}

/** Starts the loop; `load(table)` answers with milliseconds and the process's greatest resident memory. */
export function startLoop({ pythonPath, packages, sparkUrl, apiUrl, shards, pagesPerAppend }) {
  const args = [LOOP, sparkUrl, apiUrl, String(shards), String(pagesPerAppend)];
  const child = spawn(pythonPath, args, {
    env: { ...process.env, PYTHONPATH: packages },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  // A loop that has ended is told by its missing answer; writing to it fails as well.
  child.stdin.on("error", () => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async load(table) {
      child.stdin.write(`${table}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`the PySpark loop ended with code ${(await ended)[0]}`);
      return JSON.parse(value);
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
