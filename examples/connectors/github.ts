/** The issues, pull requests and events of a GitHub repository. */
import { defineConnector } from "sparktide/connectors";

export const github = defineConnector({
  name: "github",
  baseUrl: "https://api.github.com",
  parameters: ["owner", "repo"],
  auth: { authType: "Bearer", oauthToken: "env:SPARKTIDE_SECRET_GITHUB" },
  // GitHub allows 5000 requests an hour.
  pace: { requestsPerMinute: 80 },
  defaults: { headers: { "X-GitHub-Api-Version": "2022-11-28" }, pagination: "link" },
  tables: {
    issues: {
      url: "/repos/{owner}/{repo}/issues?state=all&sort=updated&direction=asc&per_page=100&since={updated_at}",
      schema:
        "id bigint, number bigint, title string, state string, updated_at timestamp, user struct<login: string>, pull_request struct<url: string>",
      key: "id",
      offsetField: "updated_at",
      offsetType: "max_field",
      offsetScope: "record",
      // `since` includes the time itself.
      inclusiveOffset: true,
      initialOffset: "1970-01-01T00:00:00Z",
    },
    pulls: {
      // Without `since`: each poll reads the list, newest first, and drops what it knows.
      url: "/repos/{owner}/{repo}/pulls?state=all&sort=updated&direction=desc&per_page=100",
      schema:
        "id bigint, number bigint, title string, state string, updated_at timestamp, merged_at timestamp, head struct<ref: string>",
      key: "id",
      offsetField: "updated_at",
      offsetType: "max_field",
      offsetScope: "record",
      inclusiveOffset: true,
    },
    events: {
      url: "/repos/{owner}/{repo}/events?per_page=100",
      schema: "id string, type string, created_at timestamp, actor struct<login: string>",
      key: "id",
      offsetField: "id",
      offsetType: "incremental",
      offsetScope: "record",
    },
  },
});
