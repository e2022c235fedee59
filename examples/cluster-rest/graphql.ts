/** A GraphQL API with connections: pages of nodes, and a cursor for the next page. */
import { RestSource, type Poll, type Polled } from "sparktide/cluster";

const QUERY = `query ($after: String) {
  issues(first: 100, after: $after) {
    nodes { number title labels }
    pageInfo { endCursor hasNextPage }
  }
}`;

interface Answer {
  readonly errors?: readonly { readonly message: string }[];
  readonly data?: {
    readonly issues: {
      readonly nodes: readonly { number: number; title: string; labels: string[] }[];
      readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
    };
  };
}

export class Issues extends RestSource<{ url: string }> {
  readonly schema = "number INT, title STRING, labels ARRAY<STRING>";

  async *poll({ http, since }: Poll<string>): AsyncGenerator<Polled> {
    for (let after = since, hasNext = true; hasNext;) {
      const body = { query: QUERY, variables: { after } };
      // A query changes nothing, so it may be sent again.
      const answer = (await http.post("/graphql", body, { repeatable: true })).json() as Answer;
      // GraphQL reports errors with status 200, also beside incomplete data.
      if (answer.errors !== undefined || answer.data === undefined)
        throw new Error(`GraphQL: ${answer.errors?.[0]?.message ?? "no data"}`);
      const { nodes, pageInfo } = answer.data.issues;
      if (nodes.length === 0) return;
      after = pageInfo.endCursor ?? undefined;
      hasNext = pageInfo.hasNextPage;
      yield { rows: nodes, position: after };
    }
  }
}
