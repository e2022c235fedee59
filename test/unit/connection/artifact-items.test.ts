import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import {
  forwardedContent,
  namedContents,
  splitArguments,
  type ArtifactItem,
  type ArtifactOptions,
} from "../../../src/connection/artifacts/artifact-items.js";

const data = Buffer.from("one");

describe("artifact items", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-artifact-items-"));
    await mkdir(join(folder, "folder.jar"));
    await mkdir(join(folder, "has#hash"));
    for (const name of ["a.jar", "b.zip", "c.py", "d.csv", "has#hash/e.zip"]) {
      await writeFile(join(folder, name), name);
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function names(options: ArtifactOptions, ...items: ArtifactItem[]): Promise<string[]> {
    return (await namedContents(items, options)).map(({ name }) => name);
  }

  it("names files like PySpark", async () => {
    const at = (name: string): string => join(folder, name);
    expect(await names({}, at("a.jar"))).toEqual(["jars/a.jar"]);
    expect(await names({ pyfile: true }, at("c.py"), at("b.zip"), at("a.jar"))).toEqual([
      "pyfiles/c.py",
      "pyfiles/b.zip",
      "pyfiles/a.jar",
    ]);
    expect(await names({ archive: true }, `${at("b.zip")}#alias`)).toEqual([
      "archives/b.zip#alias",
    ]);
    expect(await names({ archive: true }, `${at("b.zip")}#`)).toEqual(["archives/b.zip"]);
    expect(await names({ archive: true }, at("has#hash/e.zip"))).toEqual(["archives/e.zip"]);
    expect(await names({ file: true }, at("d.csv"), at("c.py"))).toEqual([
      "files/d.csv",
      "files/c.py",
    ]);
    expect(await names({ file: true }, pathToFileURL(at("d.csv")).href)).toEqual(["files/d.csv"]);
    expect(await names({ file: true }, relative(".", at("d.csv")))).toEqual(["files/d.csv"]);
  });

  it("names bytes by the same rules, and keeps the package of a class", async () => {
    expect(await names({}, { name: "x.jar", data })).toEqual(["jars/x.jar"]);
    expect(await names({}, { name: "org/example/X.class", data })).toEqual([
      "classes/org/example/X.class",
    ]);
    expect(await names({ archive: true }, { name: "x.tar.gz#here", data })).toEqual([
      "archives/x.tar.gz#here",
    ]);
    expect(await names({ file: true }, { name: "with#hash", data })).toEqual(["files/with#hash"]);
  });

  it.each<[string, ArtifactOptions, ArtifactItem[]]>([
    ["a wrong extension", {}, [{ name: "x.csv", data }]],
    ["a pyfile that is not a Python file", { pyfile: true }, [{ name: "x.tar", data }]],
    ["an archive with a wrong extension", { archive: true }, [{ name: "x.egg", data }]],
    ["a missing file", {}, ["/no/such/place/x.jar"]],
    ["an https: URL", {}, ["https://example.org/x.jar"]],
    ["a file: URL with a host", {}, ["file://elsewhere/x.jar"]],
    ["folders in a name", { file: true }, [{ name: "a/b.csv", data }]],
    ["the name ..", { file: true }, [{ name: "..", data }]],
    ["an empty name", { file: true }, [{ name: "", data }]],
    ["a class outside of classes/", {}, [{ name: "../X.class", data }]],
    ["a class with an absolute path", {}, [{ name: "/X.class", data }]],
    ["the alias ..", { archive: true }, [{ name: "x.zip#..", data }]],
    ["two aliases", { archive: true }, [{ name: "x.zip#a#b", data }]],
    ["a string instead of bytes", {}, [{ name: "x.jar", data: "text" as unknown as Uint8Array }]],
    ["two kinds at once", { pyfile: true, file: true }, [{ name: "x.py", data }]],
    ["an unknown option", { pyFile: true } as ArtifactOptions, [{ name: "x.py", data }]],
    [
      "two contents with the same name",
      { file: true },
      [
        { name: "x", data },
        { name: "x", data: Buffer.from("two") },
      ],
    ],
    [
      "the same archive with two aliases",
      { archive: true },
      [
        { name: "x.zip#a", data },
        { name: "x.zip#b", data },
      ],
    ],
  ])("refuses %s", async (_, options, items) => {
    await expect(namedContents(items, options)).rejects.toBeInstanceOf(ArgumentError);
  });

  it("refuses a folder", async () => {
    await expect(namedContents([join(folder, "folder.jar")], {})).rejects.toThrow(/not a file/);
  });

  it("sends the same name with the same content once, from disk or memory", async () => {
    const path = join(folder, "d.csv");
    const same = { name: "d.csv", data: Buffer.from("d.csv") };
    expect(await names({ file: true }, path, path, same)).toEqual(["files/d.csv"]);
    const other = { name: "d.csv", data };
    await expect(namedContents([path, other], { file: true })).rejects.toBeInstanceOf(
      ArgumentError,
    );
  });

  it("treats a last argument without a name as options", () => {
    const item = { name: "x.jar", data };
    expect(splitArguments(["a", item])).toEqual({ items: ["a", item], options: {} });
    expect(splitArguments(["a", { file: true }])).toEqual({
      items: ["a"],
      options: { file: true },
    });
    expect(splitArguments([])).toEqual({ items: [], options: {} });
    expect(() => splitArguments([{ file: true }, "a"])).toThrow(ArgumentError);
  });

  it("forwards a file only to an absolute path", async () => {
    const path = join(folder, "d.csv");
    expect((await forwardedContent(path, "/x/d.csv")).name).toBe("forward_to_fs/x/d.csv");
    for (const dest of ["x/d.csv", "", "/", "//x", "/x/", "/x/../y", "hdfs://host/x"]) {
      await expect(forwardedContent(path, dest), dest).rejects.toBeInstanceOf(ArgumentError);
    }
    await expect(forwardedContent(folder, "/x")).rejects.toBeInstanceOf(ArgumentError);
  });
});
