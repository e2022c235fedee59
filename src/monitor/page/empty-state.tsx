import type { JSX } from "preact";
import type { ServiceDocument } from "../documents.js";

const GUIDE = "https://github.com/sparktide/sparktide/blob/main/docs/supervision.md";

const IN_CODE = `supervisor.add({
  name: "orders",
  start: (spark) => spark.readStream…
});`;

const ON_THE_COMMAND_LINE = "npx sparktide streams add orders.json";

/** Says how to get a first stream. */
export function EmptyState({ service }: { readonly service: ServiceDocument }): JSX.Element {
  return (
    <section class="empty">
      <h2>No streams yet</h2>
      {service.role === "standby" ? (
        <p>
          This process is on standby: another process runs the streams. They appear here when this
          one takes over.
        </p>
      ) : service.kind === "session" ? (
        <p>The session has no streaming query. A query appears here a moment after it starts.</p>
      ) : (
        <>
          <p>Add a stream in the program:</p>
          <pre tabIndex={0}>{IN_CODE}</pre>
          <p>Or declare it in a file, and add it on the command line:</p>
          <pre tabIndex={0}>{ON_THE_COMMAND_LINE}</pre>
        </>
      )}
      <p>
        <a href={GUIDE} rel="noreferrer" target="_blank">
          Read about supervised streams
        </a>
      </p>
    </section>
  );
}
