import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/check-lockfile.mjs", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function check(...folder: readonly string[]): { code: number | null; said: string } {
  const { status, stderr } = spawnSync(process.execPath, [script, ...folder], { encoding: "utf8" });
  return { code: status, said: stderr };
}

/** Checks a lockfile with one package. */
function checkEntry(path: string, entry: object): { code: number | null; said: string } {
  const folder = mkdtempSync(join(tmpdir(), "sparktide-lockfile-"));
  folders.push(folder);
  const manifest = { version: "1.0.0", dependencies: { dependency: "2.0.0" } };
  const whole = { version: "2.0.0", integrity: "sha512-abc==", ...entry };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, packages: { "": manifest, [path]: whole } }),
  );
  return check(folder);
}

const PATH = "node_modules/dependency";

describe("the lockfile check", () => {
  it("accepts the lockfile of this repository", () => {
    expect(check()).toEqual({ code: 0, said: "" });
  });

  it("accepts a package from npm's registry with its hash", () => {
    const resolved = "https://registry.npmjs.org/dependency/-/dependency-2.0.0.tgz";
    expect(checkEntry(PATH, { resolved })).toEqual({ code: 0, said: "" });
  });

  it.each([
    [{ integrity: undefined }, "has no sha512 hash"],
    [{ integrity: "sha1-abc=" }, "has no sha512 hash"],
    [{ resolved: "https://packages.example.com/dependency-2.0.0.tgz" }, "packages.example.com"],
    [{ resolved: "http://registry.npmjs.org/dependency-2.0.0.tgz" }, "comes from"],
    [{ resolved: "git+ssh://git@example.com/dependency.git#abc" }, "example.com"],
    [{ resolved: "../dependency", link: true }, "is a link"],
    [{ hasInstallScript: true }, "runs a script"],
    [{ hasInstallScript: true, optional: true }, "runs a script"],
  ])("refuses a package with %j, and names the package", (entry, said) => {
    const outcome = checkEntry(PATH, entry);
    expect(outcome.code).toBe(1);
    expect(outcome.said).toContain(`${PATH} 2.0.0`);
    expect(outcome.said).toContain(said);
  });

  it("checks scripts only in packages that users install, and allows that of protobufjs 7", () => {
    expect(checkEntry(PATH, { hasInstallScript: true, dev: true }).code).toBe(0);
    const known = { version: "7.9.0", hasInstallScript: true };
    expect(checkEntry("node_modules/protobufjs", known).code).toBe(0);
    expect(checkEntry("node_modules/protobufjs", { ...known, version: "8.0.0" }).code).toBe(1);
  });

  it("refuses a lockfile that is older than package.json", () => {
    expect(checkEntry("", { dependencies: {} }).said).toMatch(
      /: dependencies differs from package.json/,
    );
  });
});
