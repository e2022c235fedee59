import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findJava, parseJavaSettings } from "../../../src/local/install/java.js";
import { sparkRelease } from "../../../src/local/install/spark-versions.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function settings(major: string, full: string): string {
  return [
    "Property settings:",
    "    java.home = /opt/java",
    `    java.specification.version = ${major}`,
    "    java.vm.name = OpenJDK 64-Bit Server VM",
    `    java.vm.version = ${full}`,
    "    os.arch = amd64",
  ].join("\n");
}

/** Creates a Java home with a fake `java` of the given version. */
async function fakeJava(name: string, major: string, full: string): Promise<string> {
  const home = join(folder, name);
  await mkdir(join(home, "bin"), { recursive: true });
  const lines = settings(major, full).split("\n");
  const script = `#!/bin/sh\n${lines.map((line) => `echo '${line}' >&2`).join("\n")}\n`;
  await writeFile(join(home, "bin", "java"), script);
  await chmod(join(home, "bin", "java"), 0o755);
  return home;
}

function pathOf(...homes: string[]): string {
  return homes.map((home) => join(home, "bin")).join(":");
}

describe("parseJavaSettings", () => {
  it("reads the feature release and the build", () => {
    expect(parseJavaSettings(settings("21", "21.0.8+9-LTS"))).toEqual({
      major: 21,
      fullVersion: "OpenJDK 64-Bit Server VM 21.0.8+9-LTS amd64",
      home: "/opt/java",
    });
  });
  it("reads Java 8's version 1.8 as 1, which is too old", () => {
    expect(parseJavaSettings(settings("1.8", "25.402-b06"))?.major).toBe(1);
  });
  it("returns undefined for other output", () => {
    expect(parseJavaSettings("hello")).toBeUndefined();
  });
});

describe("findJava", () => {
  const release = sparkRelease("4.2");

  it("prefers JAVA_HOME to PATH", async () => {
    const home = await fakeJava("a", "21", "21.0.1");
    const other = await fakeJava("b", "17", "17.0.1");
    const java = await findJava({ JAVA_HOME: home, PATH: pathOf(other) }, release);
    expect(java).toMatchObject({ major: 21, origin: "JAVA_HOME", path: join(home, "bin", "java") });
  });
  it("rejects a JAVA_HOME with an older Java and names its version", async () => {
    const home = await fakeJava("a", "11", "11.0.22");
    await expect(findJava({ JAVA_HOME: home, PATH: "" }, release)).rejects.toMatchObject({
      argument: "JAVA_HOME",
      message: expect.stringMatching(/is Java 11 .*needs Java 17 or newer.*unset it/) as string,
    });
  });
  it("rejects a JAVA_HOME without Java", async () => {
    await expect(findJava({ JAVA_HOME: folder, PATH: "" }, release)).rejects.toMatchObject({
      argument: "JAVA_HOME",
      message: expect.stringContaining("has no executable bin/java") as string,
    });
  });
  it("skips an older Java on PATH", async () => {
    const old = await fakeJava("a", "11", "11.0.22");
    const good = await fakeJava("b", "17", "17.0.9");
    const java = await findJava({ PATH: pathOf(old, good) }, release);
    expect(java?.path).toBe(join(good, "bin", "java"));
  });
  it("returns undefined if this Spark accepts no Java on PATH", async () => {
    const tooNew = await fakeJava("a", "25", "25.0.1");
    const environment = { PATH: pathOf(tooNew) };
    expect(await findJava(environment, sparkRelease("4.0"))).toBeUndefined();
    expect((await findJava(environment, release))?.major).toBe(25);
  });
});
