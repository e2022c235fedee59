import { expect, it } from "vitest";
import { rest } from "../../src/sources/index.js";
import { connect, replayEgress } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();

it("reads the issues of each repository, with the repository as _input", async () => {
  await fetch(`${api}/__reset`, { method: "POST" });
  await using spark = await connect(rest);
  const issues = spark.read.format("rest").options(
    rest.options({
      url: `${api}/repos/{parent.owner.login}/{parent.name}/issues`,
      parent: { url: `${api}/orgs/acme/repos?per_page=2`, pagination: "link", key: "id" },
      partitions: 1,
      outputType: "columns",
      schema: "id bigint, title string",
      includeInput: true,
      ...egress,
    }),
  );
  const rows = await issues.load().collect();
  expect(rows).toContainEqual({
    id: 1n,
    title: "issue 1",
    _input: '{"id":1,"owner.login":"acme","name":"r1"}',
  });
  expect(rows.map((row) => Number(row.id)).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  const asked = (await (await fetch(`${api}/__journal`)).json()) as { path: string }[];
  expect(asked.map(({ path }) => path).sort()).toEqual([
    "/orgs/acme/repos",
    "/orgs/acme/repos",
    ...[1, 2, 3].map((n) => `/repos/acme/r${n}/issues`),
  ]);
});
