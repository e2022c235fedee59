import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const LOCATE = fileURLToPath(new URL("../../../src/javascript/bridge/locate.py", import.meta.url));
const PROGRAM = "console.log('worker');\n";
const UID = process.getuid?.() ?? 0;

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
const WORKER = sha256(PROGRAM);

/** A program that answers like Node.js of this version. Each copy has another content. */
function fakeNode(version: string): string {
  return `#!/bin/sh\necho v${version}\n# ${"x".repeat(100)}\n`;
}

let folder: string;
let root: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sparktide-test-"));
  root = join(folder, "files", "root");
  cache = join(folder, "local", `sparktide-js-${UID}`);
  for (const name of ["files/root", "local", "bin", "pyspark"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  // The only name that locate.py imports from PySpark.
  writeFileSync(
    join(folder, "pyspark", "__init__.py"),
    `import os\nclass SparkFiles:\n    def getRootDirectory():\n        return os.environ["FILES_ROOT"]\n`,
  );
  sendWorker();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function sendWorker(place = root, content = PROGRAM): void {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `sparktide-${WORKER}-worker.mjs.gz`), gzipSync(content));
}

function install(name: string, version: string, mode = 0o755): string {
  const path = join(folder, "bin", name);
  writeFileSync(path, fakeNode(version));
  chmodSync(path, mode);
  return path;
}

/** Sends a package like npm's, with this text as `bin/node`. Returns what NodeSpec says about it. */
function sendNode(text: string, claimed = text): object {
  mkdirSync(join(folder, "package", "bin"), { recursive: true });
  writeFileSync(join(folder, "package", "LICENSE"), "text");
  writeFileSync(join(folder, "package", "bin", "node"), text, { mode: 0o755 });
  const archive = join(root, `sparktide-${sha256(claimed)}-node.tgz`);
  const files = ["package/LICENSE", "package/bin/node"];
  const tar = spawnSync("tar", ["-czf", archive, "-C", folder, ...files], { encoding: "utf8" });
  expect(tar.stderr).toBe("");
  const platform = `${process.platform}-${process.arch}`;
  return { sha256: sha256(claimed), version: "24.0.0", platform, minimumGlibc: "2.0" };
}

interface Answer {
  readonly found?: readonly [node: string, worker: string];
  readonly error?: string;
}

/** How to call locate(). */
interface Call {
  /** Python statements before each call but the first. */
  readonly script: string;
  readonly times: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs locate() in Python. */
function locate(
  node: object,
  { script = "pass", times = 1, env = {} }: Partial<Call> = {},
): Answer {
  const runtime = { worker: WORKER, node: { minimum: "20.19.0", paths: [], ...node } };
  const program = `
import json, os, runpy, sys
os.environ["PATH"] = sys.argv[3]
namespace = runpy.run_path(${JSON.stringify(LOCATE)})
try:
    for index in range(${times}):
        if index > 0:
            exec(sys.argv[2])
        found = namespace["locate"](json.loads(sys.argv[1]))
    print(json.dumps({"found": found}))
except RuntimeError as error:
    print(json.dumps({"error": str(error)}))
`;
  const { PATH = `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, ...variables } = env;
  const args = ["-B", "-c", program, JSON.stringify(runtime), script, PATH];
  const python = spawnSync("python3", args, {
    encoding: "utf8",
    env: {
      ...process.env,
      PYTHONPATH: folder,
      FILES_ROOT: root,
      SPARK_LOCAL_DIRS: `${join(folder, "local")},/nowhere`,
      ...variables,
    },
  });
  expect(python.stderr).toBe("");
  return JSON.parse(python.stdout) as Answer;
}

const worker = (): string => join(cache, `${WORKER}-worker.mjs`);

describe("the Node.js of a worker", () => {
  it("is the first candidate that is new enough", () => {
    const old = install("old", "20.18.9");
    const good = install("good", "20.19.0");
    install("node", "24.1.0");
    const paths = ["/nowhere/node", old, good, "node"];
    expect(locate({ paths }).found).toEqual([good, worker()]);
    expect(locate({ paths: ["node", good] }).found?.[0]).toBe(join(folder, "bin", "node"));
  });
  it("that is too old is refused with its version, its path and the version that is needed", () => {
    const old = install("node", "18.19.0");
    const { error } = locate({ paths: ["/nowhere/node", "node"] });
    expect(error).toMatch(/^\[JAVASCRIPT_NODE_TOO_OLD\] The host \S+ cannot run JavaScript: /);
    expect(error).toContain("there is no file /nowhere/node; ");
    expect(error).toContain(
      `Node.js 18.19.0 at ${old} is too old: sparktide/cluster needs 20.19 or newer`,
    );
    expect(error).toContain('SparkSession.builder().javascript({ node: "upload" })');
  });
  it("that does not exist is named", () => {
    const { error } = locate({ paths: ["node"] }, { env: { PATH: "/nowhere" } });
    expect(error).toMatch(/^\[JAVASCRIPT_NO_NODE\] .*: there is no node on PATH\. Install/);
  });
  it("is not run if every user can change it, if it cannot run, or if it is another program", () => {
    const open = install("open", "24.0.0", 0o777);
    const locked = install("locked", "24.0.0", 0o644);
    const other = install("other", "24.0.0");
    writeFileSync(other, "#!/bin/sh\necho no such option >&2\nexit 2\n");
    const { error } = locate({ paths: [open, locked, other] });
    expect(error).toContain(`every user can change ${open}, so it is not run`);
    expect(error).toContain(`${locked} cannot be run (`);
    expect(error).toContain(`${other} --version ended with code 2 and printed 'no such option'`);
  });
});

// The client has Node.js for Linux only.
describe.runIf(process.platform === "linux")("the Node.js that the client sent", () => {
  it("is unpacked once into a private folder, and used where no candidate can be used", () => {
    const upload = sendNode(fakeNode("24.0.0"));
    const [node = ""] = locate({ paths: ["/nowhere/node"], upload }).found ?? [];
    expect(node).toBe(join(cache, `${sha256(fakeNode("24.0.0"))}-node`));
    expect(readFileSync(node, "utf8")).toBe(fakeNode("24.0.0"));
    expect([cache, node].map((path) => lstatSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
    const before = lstatSync(node).ino;
    expect(locate({ upload }).found?.[0]).toBe(node);
    expect(lstatSync(node).ino).toBe(before);
    // No drafts are left.
    expect(readdirSync(cache)).toHaveLength(2);
  });
  it("is refused if its content has another SHA-256, and is never run", () => {
    const evil = join(folder, "ran");
    const upload = sendNode(`#!/bin/sh\ntouch ${evil}\necho v24.0.0\n`, fakeNode("24.0.0"));
    const { error } = locate({ upload });
    expect(error).toMatch(
      /^\[JAVASCRIPT_CORRUPT_FILE\] \S+-node\.tgz on \S+ does not have the content that the client sent/,
    );
    expect(error).toContain(sha256(fakeNode("24.0.0")));
    expect(existsSync(evil)).toBe(false);
    expect(readdirSync(cache)).toEqual([]);
  });
  it("is refused by name on another platform, and with an older C library", () => {
    const upload = sendNode(fakeNode("24.0.0"));
    const { error } = locate({ upload: { ...upload, platform: "linux-riscv64" } });
    expect(error).toMatch(
      /^\[JAVASCRIPT_WRONG_PLATFORM\] The client sent Node\.js 24\.0\.0 for linux-riscv64 with glibc 2\.0 or newer, but the host \S+ is \w+-\w+ with /,
    );
    expect(locate({ upload: { ...upload, minimumGlibc: "9.1" } }).error).toContain(
      "WRONG_PLATFORM",
    );
  });
  it("is named if it has not reached the host", () => {
    const upload = { ...sendNode(fakeNode("24.0.0")), sha256: "0".repeat(64) };
    expect(locate({ upload }).error).toMatch(/^\[JAVASCRIPT_NOT_SENT\] The file sparktide-0{64}/);
  });
});

describe("the worker program", () => {
  const node = (): object => ({ paths: [install("good", "24.0.0")] });

  it("is found in the folder of the session, of another session, and beside a stream's folder", () => {
    const file = `sparktide-${WORKER}-worker.mjs.gz`;
    for (const place of [join(root, "a1b2"), join(root, ".."), join(root, "..", "c3d4")]) {
      rmSync(join(root, file), { force: true });
      rmSync(cache, { recursive: true, force: true });
      sendWorker(place);
      expect(locate(node()).found?.[1]).toBe(worker());
      rmSync(join(place, file));
    }
  });
  it("is taken from another file of the same name if the first has another content", () => {
    sendWorker(root, "evil()");
    sendWorker(join(root, "a1b2"));
    expect(locate(node()).found?.[1]).toBe(worker());
    expect(readFileSync(worker(), "utf8")).toBe(PROGRAM);
  });
  it("is refused if no file with its name has its content, or if the file is damaged", () => {
    sendWorker(root, "evil()");
    expect(locate(node()).error).toContain("[JAVASCRIPT_CORRUPT_FILE]");
    writeFileSync(join(root, `sparktide-${WORKER}-worker.mjs.gz`), "no gzip");
    expect(locate(node()).error).toContain("[JAVASCRIPT_CORRUPT_FILE]");
    expect(readdirSync(cache)).toEqual([]);
  });
  it("is unpacked again if the unpacked file was changed, opened to others, or replaced by a link", () => {
    const spec = node();
    const damages: (() => void)[] = [
      () => {
        writeFileSync(worker(), "evil()");
      },
      () => {
        chmodSync(worker(), 0o666);
      },
      () => {
        rmSync(worker());
        symlinkSync(join(folder, "bin", "good"), worker());
      },
    ];
    locate(spec);
    for (const damage of damages) {
      damage();
      expect(locate(spec).found?.[1]).toBe(worker());
      expect(lstatSync(worker()).mode & 0o777).toBe(0o700);
      expect(readFileSync(worker(), "utf8")).toBe(PROGRAM);
    }
  });
  it("is checked again in the same process if the unpacked file was replaced", () => {
    const script = `open(found[1], "w").write("evil()")`;
    expect(locate(node(), { times: 2, script }).found?.[1]).toBe(worker());
    expect(readFileSync(worker(), "utf8")).toBe(PROGRAM);
  });
  it("is not read again in the same process if the unpacked file did not change", () => {
    // Without its source, and with a digest that can no longer be computed, only the memory can help.
    const script = `os.environ["FILES_ROOT"] = "/nowhere"; namespace["hashlib"].sha256 = None`;
    expect(locate(node(), { times: 2, script }).found?.[1]).toBe(worker());
  });
});

describe("the report about a host", () => {
  it("names the session's own files, and not those of other sessions", () => {
    const own = `sparktide-${WORKER}-worker.mjs.gz`;
    writeFileSync(join(root, "..", "neighbour.gz"), "x");
    sendWorker(join(root, "..", "a1b2"));
    const old = install("old", "18.0.0");
    const asked = [["/nowhere", old], "20.19.0", [own, "neighbour.gz", "missing.gz"]];
    const script = `found = [json.dumps(namespace["host_report"](*json.loads(${JSON.stringify(JSON.stringify(asked))}))), ""]; namespace["locate"] = lambda _: found`;
    const good = install("good", "24.0.0");
    const { found } = locate({ paths: [good] }, { times: 2, script });
    expect(JSON.parse(found?.[0] ?? "")).toMatchObject({
      uid: UID,
      platform: `${process.platform}-${process.arch}`,
      nodes: [
        { candidate: "/nowhere", path: null, problem: "there is no file /nowhere" },
        {
          candidate: old,
          path: old,
          version: "18.0.0",
          problem: expect.stringContaining("too old") as string,
        },
      ],
      sent: [own],
    });
  });
});

describe("the folder of unpacked files", () => {
  const node = (): object => ({ paths: [install("good", "24.0.0")] });

  it("that others can read or change is refused with its mode", () => {
    mkdirSync(cache);
    chmodSync(cache, 0o777);
    const { error } = locate(node());
    expect(error).toContain(`[JAVASCRIPT_CACHE_UNSAFE] ${cache} must be a folder`);
    expect(error).toContain(`Its owner is ${UID} and its mode is 0777.`);
  });
  it.runIf(UID === 0)("that belongs to another user is refused with its owner", () => {
    mkdirSync(cache, { mode: 0o700 });
    chownSync(cache, 12345, 12345);
    expect(locate(node()).error).toMatch(/CACHE_UNSAFE\].*Its owner is 12345 and its mode is 0700/);
  });
  it("that is a link is refused", () => {
    mkdirSync(join(folder, "elsewhere"), { mode: 0o700 });
    symlinkSync(join(folder, "elsewhere"), cache);
    expect(locate(node()).error).toContain("[JAVASCRIPT_CACHE_UNSAFE]");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
  });
  it("is in the system's temporary folder if Spark names none", () => {
    const temporary = join(folder, "temporary");
    mkdirSync(temporary);
    const env = { SPARK_LOCAL_DIRS: "", TMPDIR: temporary };
    expect(locate(node(), { env }).found?.[1]).toContain(join(temporary, `sparktide-js-${UID}`));
  });
});
