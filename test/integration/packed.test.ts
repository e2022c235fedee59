import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PackedProject } from "../support/packed-project.js";
import { replayEgress, uniquePath } from "./support.js";

/** The compiler options that a user's project needs for the code in our documentation. */
const TSC = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];

describe("the package, packed and installed in an empty project", () => {
  let project: PackedProject;
  // No dependency needs its install scripts, so run none.
  beforeAll(() => {
    project = new PackedProject("--ignore-scripts");
  }, 300_000);
  afterAll(() => {
    project[Symbol.dispose]();
  });

  it.skipIf(!inject("hasDelta"))(
    "runs the first example of its README; only the server, the API host and the paths are replaced",
    () => {
      const readme = readFileSync(join(project.folder, "node_modules/sparktide/README.md"), "utf8");
      const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
      const { baseUrl, ...egress } = replayEgress();
      const options = { baseUrl, ...egress, streamingInterval: 1 };
      const changes: [string, string][] = [
        [".local()", `.remote(${JSON.stringify(inject("sparkUrl"))})`],
        [
          '.option("coins", "bitcoin,ethereum")',
          `.option("coins", "bitcoin,ethereum").options(${JSON.stringify(options)})`,
        ],
        ["30 seconds", "1 second"],
        ["/tmp/prices", uniquePath("packed")],
      ];
      let program = example;
      for (const [theirs, ours] of changes) {
        expect(program).toContain(theirs);
        program = program.replaceAll(theirs, ours);
      }
      project.write("readme.ts", program);
      const compiled = project.tsc(...TSC, "readme.ts");
      expect(compiled).toEqual({ code: 0, stdout: "", stderr: "" });
      const { code, stdout, stderr } = project.node("readme.js");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/coin: 'bitcoin', usd_price: [\d.]+, ts_ingest: \d+n/);
    },
  );

  it("runs examples/quick-start with npm start", () => {
    const folder = project.copyExample("quick-start");
    const environment = { SPARK_REMOTE: inject("sparkUrl") };
    const output = project.npm(["start"], { folder, environment });
    expect(output).toContain("| id|square|");
    expect(output).toMatch(/^3 squared is 9$/m);
  });
});
