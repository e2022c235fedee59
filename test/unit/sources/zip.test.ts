import { spawnSync } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { zip, zipFolder } from "../../../src/sources/zip.js";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sparktide-zip-"));
  folders.push(folder);
  return folder;
}

describe("zip", () => {
  it("makes an archive that Python opens, checks and reads back", async () => {
    const path = join(await temporaryFolder(), "a.zip");
    const content = new TextEncoder().encode("x = 'é'\n".repeat(500));
    await writeFile(
      path,
      zip([
        { name: "pkg/ü.py", content },
        { name: "empty", content: new Uint8Array() },
      ]),
    );
    const script =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), len(z.read('pkg/ü.py')))";
    const python = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
    expect(python.stdout).toBe(`None ['empty', 'pkg/ü.py'] ${String(content.length)}\n`);
  });

  it("gives the same bytes for the same files, whatever their order", () => {
    const a = { name: "a", content: new Uint8Array([1]) };
    const b = { name: "b", content: new Uint8Array([2]) };
    expect(zip([a, b])).toEqual(zip([b, a]));
  });

  it("leaves compiled and hidden files behind", async () => {
    const folder = join(await temporaryFolder(), "pkg");
    await mkdir(join(folder, "__pycache__"), { recursive: true });
    await writeFile(join(folder, "__init__.py"), "");
    await writeFile(join(folder, ".secret"), "");
    await writeFile(join(folder, "__pycache__/x.pyc"), "");
    const names = Buffer.from(await zipFolder(folder))
      .toString("latin1")
      .match(/pkg\/[\w./]+/g);
    expect(new Set(names?.map((name) => name.replace(/PK.*$/, "")))).toEqual(
      new Set(["pkg/__init__.py"]),
    );
  });
});
