import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "../../../src/files/cache-folder.js";
import { parseClassPathElements } from "../../../src/local/install/packages.js";
import { certificatesOf, javaKeyStore } from "../../../src/local/install/trust-store.js";
import { requirePosix } from "../../../src/local/watched-process.js";

describe("cacheFolder", () => {
  it("follows XDG_CACHE_HOME, and ignores a relative one", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/sparktide");
    expect(cacheFolder({ XDG_CACHE_HOME: "here" })).toMatch(/\/\.cache\/sparktide$/);
  });
});

describe("parseClassPathElements", () => {
  it("reads the jars in SparkSubmit's list, up to the end of the list", () => {
    const output = [
      "Classpath elements:",
      "file:///a/io.delta_delta%20x.jar",
      "file:/b/c.jar",
      "",
      "file:///no.jar",
    ];
    expect(parseClassPathElements(output)).toEqual(["/a/io.delta_delta x.jar", "/b/c.jar"]);
  });
  it("finds no jars in other output", () => {
    expect(parseClassPathElements(["Exception in thread main"])).toEqual([]);
  });
});

describe("javaKeyStore", () => {
  it("contains each certificate of a PEM bundle and the digest that Java checks", () => {
    const certificate = Buffer.from("not really a certificate");
    const block = `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64")}\n-----END CERTIFICATE-----\n`;
    const certificates = certificatesOf(`# one\n${block}# two\n${block}`);
    expect(certificates).toEqual([certificate, certificate]);
    const store = javaKeyStore(certificates);
    expect(store.readUInt32BE(0)).toBe(0xfeedfeed);
    expect(store.readUInt32BE(8)).toBe(2);
    const digest = createHash("sha1")
      .update(Buffer.from("changeit", "utf16le").swap16())
      .update("Mighty Aphrodite")
      .update(store.subarray(0, -20))
      .digest();
    expect(store.subarray(-20)).toEqual(digest);
  });
});

describe("requirePosix", () => {
  it("advises Windows users to use WSL", () => {
    expect(() => {
      requirePosix("win32");
    }).toThrow(/WSL/);
  });
});
