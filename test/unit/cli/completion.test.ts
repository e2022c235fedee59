import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completionWords } from "../../../src/cli/completion/completion-words.js";
import { completionScript } from "../../../src/cli/completion/scripts.js";

describe("shell completion", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sparktide-completion-"));
    writeFileSync(join(folder, "bash"), completionScript("bash", await completionWords()));
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What bash completes for the last word of a command line. */
  function completed(...words: string[]): string[] {
    const line = `source ${join(folder, "bash")}
      COMP_WORDS=(sparktide ${words.map((word) => `'${word}'`).join(" ")})
      COMP_CWORD=${words.length}
      _sparktide
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const said = execFileSync("bash", ["-c", line], { encoding: "utf8" });
    return said.split("\n").filter((word) => word !== "");
  }

  it("completes commands, commands of a group, and the options of a command in bash", () => {
    expect(completed("s")).toEqual(["sql", "sources", "streams"]);
    expect(completed("streams", "re")).toEqual(["resume", "restart", "remove"]);
    expect(completed("streams", "").slice(-2)).toEqual(["remove", "--help"]);
    expect(completed("sql", "--tr")).toEqual(["--truncate"]);
    expect(completed("streams", "watch", "--st")).toEqual(["--state"]);
    expect(completed("pipelines", "")).toEqual(["init", "run", "dry-run", "graph", "--help"]);
    expect(completed("pipelines", "dry-run", "--sp")).toEqual(["--spec"]);
    expect(completed("pipelines", "run", "--spec", `${folder}/ba`)).toEqual([join(folder, "bash")]);
    expect(completed("sql", "--format", "")).toEqual([]);
    expect(completed("sql", "--file", `${folder}/ba`)).toEqual([join(folder, "bash")]);
  });

  it.each(["zsh", "fish"] as const)("has each command and option for %s", async (shell) => {
    const words = await completionWords();
    const script = completionScript(shell, words);
    for (const { words: names, options } of words) {
      for (const name of names) expect(script).toContain(name);
      for (const { name } of options) expect(script).toContain(name.slice(2));
    }
    const path = join(folder, shell);
    writeFileSync(path, script);
    const parsed = spawnSync(shell, ["-n", path], { encoding: "utf8" });
    // A machine without this shell checks the names only.
    if (parsed.error === undefined) expect(parsed).toMatchObject({ status: 0, stderr: "" });
  });
});
