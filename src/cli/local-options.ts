import { progressLine, type LocalSparkOptions } from "../local/index.js";
import type { CommandContext, OptionSpecs } from "./command.js";

/** Options of the embedded Spark that `up` and `sql --local` share. */
export const LOCAL_OPTIONS: OptionSpecs = {
  "spark-version": {
    type: "string",
    value: "VERSION",
    help: "a Spark release such as 4.2.1, or a line such as 4.1. Default: the newest with Delta Lake",
  },
  "heap-mb": {
    type: "string",
    value: "N",
    help: "size of the Java heap in MiB, without the Python workers. Default: 1024",
  },
  master: { type: "string", value: "MASTER", help: "the Spark master. Default: local[2]" },
  "no-delta": { type: "boolean", help: "start without Delta Lake" },
};

export const CONF_OPTION: OptionSpecs = {
  conf: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    help: "a Spark setting; repeatable",
  },
};

/** Turns the options into those of LocalSpark. A terminal shows the progress of the installation. */
export function localSparkOptions(
  { options, terminal, signal }: CommandContext,
  conf: Readonly<Record<string, string>>,
): LocalSparkOptions {
  const output = terminal.progressOutput;
  const sparkVersion = options.text("spark-version");
  const heapMb = options.integer("heap-mb", 512, 1_048_576);
  const master = options.text("master");
  return {
    conf,
    signal,
    ...(output !== undefined && { onProgress: progressLine(output) }),
    ...(sparkVersion !== undefined && { sparkVersion }),
    ...(heapMb !== undefined && { heapMb }),
    ...(master !== undefined && { master }),
    ...(options.flag("no-delta") && { delta: false }),
  };
}
