import { readdirSync, readFileSync } from "node:fs";

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // The process has ended.
  }
}

/** The ids of running processes with a text in their command line. */
export function processes(text: RegExp): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => text.test(fileOf(pid, "cmdline")));
}

/** Those of `processes()` that the process `ancestor` or its descendants started. */
export function processesBelow(ancestor: number, text: RegExp): number[] {
  const isBelow = (pid: number): boolean => {
    const parent = Number(/^PPid:\s*(\d+)$/m.exec(fileOf(pid, "status"))?.[1] ?? 0);
    return parent !== 0 && (parent === ancestor || isBelow(parent));
  };
  return processes(text).filter(isBelow);
}
