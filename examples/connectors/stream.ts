/** Streams the issues of a repository into a Delta table with all their versions. The server needs SPARKTIDE_SECRET_GITHUB. */
import { SparkSession, StreamSupervisor } from "sparktide";
import { delta } from "sparktide/connectors";
import { github } from "./github.js";

const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().dataSources(github).create(),
  state: "github-streams.json",
  handleSignals: true,
  streams: [
    ...github.streams({
      sink: delta("/tmp/lake/github"),
      tables: ["issues"],
      mode: "scd2",
      options: { owner: "apache", repo: "spark" },
    }),
  ],
});
supervisor.on("progress", ({ stream, progress }) => {
  console.log(`${stream}: ${progress.numInputRows} rows`);
});
await supervisor.run();
