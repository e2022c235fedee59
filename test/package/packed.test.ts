import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPILE, NEWER_DEPENDENCIES, TYPED_PROGRAM } from "../environments/typed-program.js";
import { TYPESCRIPT } from "../environments/versions.js";
import { PackedProject, type Outcome } from "../support/packed-project.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

const EXAMPLES = [
  "cluster-rest",
  "connectors",
  "demo",
  "pipelines",
  "postgres-state",
  "quick-start",
  "service",
  "streaming",
  "testing",
];

/** The limits are about a tenth above the package's current size. */
const MAX_PACKED_BYTES = 1_720_000;
const MAX_UNPACKED_BYTES = 5_400_000;

/** All files in dist/ except code, source maps and declarations. */
const OTHER_FILES = ["dist/types/package.json"];

const DOCKER_FILES = [
  "docker/.dockerignore",
  "docker/Dockerfile",
  "docker/README.md",
  "docker/ca/README.md",
  "docker/compile_pyspark.py",
  "docker/compose.yaml",
  "docker/healthcheck.py",
  "docker/install.sh",
  "docker/start-connect-server.sh",
];

/**
 * Runtime dependencies that run a script at installation. protobufjs comes with gRPC; its script warns about a
 * version range and writes nothing.
 */
const INSTALL_SCRIPTS = ["node_modules/protobufjs"];

/** Every sub-path. Importing them works without optional packages. */
const SUB_PATHS = [
  "",
  "/functions",
  "/sources",
  "/cluster",
  "/connectors",
  "/pipelines",
  "/local",
  "/monitor",
  "/credentials",
  "/testing",
  "/testing/vitest",
  "/testing/jest",
  "/testing/jest-teardown",
];

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface Project {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Project {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Project;
}

describe("the projects in examples/", () => {
  it("are all listed here, and use this package and tested versions of others", () => {
    const folders = readdirSync(join(root, "examples"), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.sort()).toEqual([...EXAMPLES].sort());
    const own = readManifest(root).devDependencies;
    for (const name of names) {
      const { dependencies, devDependencies } = readManifest(join(root, "examples", name));
      const { sparktide, ...others } = dependencies;
      expect(sparktide).toBe("file:../..");
      expect(own).toMatchObject({ ...others, ...devDependencies });
    }
  });
});

describe("the package, packed and installed in an empty project", { timeout: 120_000 }, () => {
  let project: PackedProject;
  let manifest: Manifest;
  beforeAll(() => {
    project = new PackedProject("--ignore-scripts=false");
    manifest = JSON.parse(installed("package.json").toString()) as Manifest;
  }, 300_000);
  afterAll(() => {
    project[Symbol.dispose]();
  });

  function installed(path: string): Buffer {
    return readFileSync(join(project.folder, "node_modules/sparktide", path));
  }

  /** The output of a module of the project, which must print nothing to stderr. */
  function outputOf(name: string, code: string): string {
    const { code: exitCode, stdout, stderr } = project.node(project.write(name, code));
    // Node 20 warns about every require() of an ES module.
    expect(stderr.replaceAll(/^.*ExperimentalWarning:.*\n.*--trace-warnings.*\n/gm, "")).toBe("");
    expect(exitCode).toBe(0);
    return stdout;
  }

  function sparktide(...words: readonly string[]): string {
    return project.npm(["exec", "--no", "--", "sparktide", ...words]);
  }

  it("contains only the files that it needs to run", () => {
    const paths = project.tarball.files.map(({ path }) => path);
    const top = new Set(paths.map((path) => path.split("/")[0]));
    expect([...top].sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "dist",
      "docker",
      "package.json",
    ]);
    expect(paths.filter((path) => path.startsWith("docker/")).sort()).toEqual(DOCKER_FILES);
    const dist = paths.filter((path) => path.startsWith("dist/"));
    expect(dist.filter((path) => !/\.(?:c?js|js\.map|d\.c?ts)$/.test(path)).sort()).toEqual(
      OTHER_FILES,
    );
    expect(dist.filter((path) => /\.(?:test|spec)\./.test(path))).toEqual([]);
    // The code is bundled, because Node needs longer to find and open a file than to run it.
    for (const format of [".js", ".cjs"])
      expect(dist.filter((path) => path.endsWith(format)).length).toBeLessThan(105);
  });

  it("stays under its size limits", () => {
    const { size, unpackedSize, files } = project.tarball;
    console.log(
      `sparktide ${manifest.version}: ${(size / 1000).toFixed(0)} kB packed, ` +
        `${(unpackedSize / 1000).toFixed(0)} kB in ${files.length} files unpacked`,
    );
    expect(size).toBeLessThan(MAX_PACKED_BYTES);
    expect(unpackedSize).toBeLessThan(MAX_UNPACKED_BYTES);
  });

  it("has only six runtime dependencies that npm installs", () => {
    expect(Object.keys(manifest["dependencies"] as object)).toEqual([
      "@bufbuild/protobuf",
      "@grpc/grpc-js",
      "acorn",
      "apache-arrow",
      "croner",
      "eslint-scope",
    ]);
    expect(manifest).not.toHaveProperty("optionalDependencies");
    expect(manifest).not.toHaveProperty("bundleDependencies");
    expect(manifest["peerDependenciesMeta"]).toEqual(
      Object.fromEntries(
        Object.keys(manifest["peerDependencies"] as object).map((name) => [
          name,
          { optional: true },
        ]),
      ),
    );
  });

  it("runs no script at installation, and its dependencies run only one known script", () => {
    const scripts = Object.keys(manifest["scripts"] as object);
    expect(scripts.filter((name) => /^(?:pre|post)?(?:install|prepare|pack)$/.test(name))).toEqual(
      [],
    );
    const lock = JSON.parse(readFileSync(join(project.folder, "package-lock.json"), "utf8")) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const packages = Object.entries(lock.packages);
    expect(packages.length).toBeGreaterThan(3);
    const withScripts = packages.filter(([, entry]) => entry.hasInstallScript === true);
    expect(withScripts.map(([path]) => path)).toEqual(INSTALL_SCRIPTS);
  });

  it("exports the same names to ES modules and to CommonJS", () => {
    const paths = Object.keys(manifest.exports).map((path) => path.slice(1));
    expect(paths.sort()).toEqual([...SUB_PATHS, "/package.json"].sort());
    const specifiers = JSON.stringify(SUB_PATHS.map((path) => `sparktide${path}`));
    const imported = outputOf(
      "names.mjs",
      `for (const name of ${specifiers})
        console.log(name, Object.keys(await import(name)).sort().join());`,
    );
    const required = outputOf(
      "names.cjs",
      `for (const name of ${specifiers})
        console.log(name, Object.keys(require(name)).filter((n) => n !== "__esModule").sort().join());`,
    );
    expect(required).toBe(imported);
    expect(imported).toMatch(/^sparktide .*\bSparkSession\b/m);
    expect(imported).toMatch(/^sparktide\/functions .*\bcol\b/m);
    expect(imported).toMatch(/^sparktide\/sources .*\bweather\b/m);
    expect(imported).toMatch(/^sparktide\/local .*\bLocalSpark\b/m);
    expect(imported).toMatch(/^sparktide\/testing .*\bassertDataFrameEqual\b/m);
    expect(imported).toMatch(/^sparktide\/testing\/jest-teardown default$/m);
  });

  it("cannot be imported by any other path", () => {
    const { code, stderr } = project.node(
      project.write("inner.mjs", 'import "sparktide/dist/errors.js";'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  it("installs the program sparktide", () => {
    expect(sparktide("--version")).toBe(`${manifest.version}\n`);
    const { sources } = JSON.parse(sparktide("sources", "--json")) as {
      sources: readonly { readonly name: string }[];
    };
    expect(sources.map(({ name }) => name)).toEqual(["weather", "coingecko", "rest"]);
  });

  it("names the package to install where a container needs it", () => {
    const use = `SparkConnectContainer.build().catch(({ code, message }) => console.log(code, message));`;
    for (const [name, code] of [
      ["testing.mjs", `import { SparkConnectContainer } from "sparktide/testing"; ${use}`],
      ["testing.cjs", `const { SparkConnectContainer } = require("sparktide/testing"); ${use}`],
    ] as const)
      expect(outputOf(name, code)).toMatch(
        /^MISSING_DEPENDENCY .*npm install -D testcontainers@11/,
      );
  });

  describe("with the optional package installed", () => {
    beforeAll(() => {
      const oldest = `oldest@npm:typescript@${TYPESCRIPT[0]}`;
      project.npm(["install", "--prefer-offline", "--ignore-scripts", oldest]);
      // The next installation removes the links.
      const names = [
        "testcontainers",
        "fastify",
        "@opentelemetry",
        "pg",
        "@types/pg",
        "fast-xml-parser",
      ];
      for (const name of names) project.link(name);
    }, 120_000);

    it("makes a container of sparktide/testing a container of the optional package", () => {
      const print = `console.log(new SparkConnectContainer("spark:1") instanceof GenericContainer);`;
      const imported = `import { GenericContainer } from "testcontainers";
        import { SparkConnectContainer } from "sparktide/testing"; ${print}`;
      const required = `const { GenericContainer } = require("testcontainers");
        const { SparkConnectContainer } = require("sparktide/testing"); ${print}`;
      expect(outputOf("container.mjs", imported)).toBe("true\n");
      expect(outputOf("container.cjs", required)).toBe("true\n");
    });

    const program = `
      import { SparkSession, type Row } from "sparktide";
      import { col } from "sparktide/functions";
      import { LocalSpark } from "sparktide/local";
      import { weather } from "sparktide/sources";
      import { SparkConnectContainer } from "sparktide/testing";

      export async function main() {
        const spark = await SparkSession.builder().local().dataSources(weather).create();
        const rows: readonly Row[] = await spark.range(3).filter(col("id").gt(1)).collect();
        // @ts-expect-error: the imports have their own types, not any
        const wrong: number = [LocalSpark, SparkConnectContainer, rows, spark, col, weather] as const;
        return wrong;
      }
    `;

    it("declares nothing internal, and loads no declarations of grpc-js and protobuf", () => {
      project.write(
        "public.ts",
        `import { DataFrame, SparkSession } from "sparktide";
        export async function main() {
          const spark = await SparkSession.builder().create();
          // @ts-expect-error: an internal member
          spark.range(3).relation;
          // @ts-expect-error: an internal constructor
          return new DataFrame();
        }`,
      );
      const { stdout, code } = project.tsc(
        ...["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--listFiles"],
        ...["--lib", "es2022,esnext.disposable", "--types", "node", "public.ts"],
      );
      const files = stdout.split("\n");
      expect(code, stdout).toBe(0);
      expect(files.filter((file) => /@grpc|@bufbuild/.test(file))).toEqual([]);
      expect(files.filter((file) => file.includes("/sparktide/dist/")).length).toBeLessThan(12);
    });

    // `npm run test:environments` has the other settings and versions of TypeScript.
    it.each([
      // Check the declarations only once: a second check would find nothing new.
      ["program.ts", "nodenext", "nodenext", "false"],
      ["program.cts", "node16", "node16", "true"],
    ])("has types for %s with moduleResolution %s, module %s", (file, resolution, module, skip) => {
      project.write(file, program);
      const { stdout, code }: Outcome = project.tsc(
        ...["--noEmit", "--strict", "--target", "es2022", "--module", module],
        ...["--lib", "es2022,esnext.disposable", "--skipLibCheck", skip],
        ...["--moduleResolution", resolution, "--types", "node", file],
      );
      expect(stdout).toBe("");
      expect(code).toBe(0);
    });

    it("has types for the oldest supported TypeScript", () => {
      project.write("typed.ts", TYPED_PROGRAM);
      const { stdout } = project.node(
        "node_modules/oldest/bin/tsc",
        ...[...COMPILE, "--module", "nodenext", "--moduleResolution", "nodenext", "typed.ts"],
      );
      const errors = stdout.split("\n").filter((line) => line !== "");
      expect(errors.filter((line) => !NEWER_DEPENDENCIES.test(line))).toEqual([]);
    });

    it.each(EXAMPLES)("compiles examples/%s as a separate project", (name) => {
      const folder = project.copyExample(name);
      expect(project.npm(["run", "--silent", "build"], { folder })).toBe("");
      const { scripts } = readManifest(folder);
      const programs = Object.values(scripts).flatMap(
        (script) => / (build\/\S+\.js)$/.exec(script)?.[1] ?? [],
      );
      // A folder with only modules, to register as sources, has no program.
      if (Object.keys(scripts).length > 1) expect(programs).not.toEqual([]);
      for (const program of programs) expect(existsSync(join(folder, program)), program).toBe(true);
    });
  });
});
