import { DataFrame } from "../../dataframe/dataframe.js";
import { randomUUID } from "node:crypto";
import { SessionError } from "../../errors.js";
import { cachedRemoteRelation } from "../../plan/cached-relation.js";
import type { QueryRun, StreamWriteSpec } from "../../plan/streaming-command.js";
import { FOREACH_BATCH } from "../../python/foreach-batch-text.js";
import { pickledCall } from "../../python/pickle.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import { ForeachBatchBinding } from "./binding.js";
import type { ForeachBatchCallback } from "./callback.js";
import { findBinding, Mailbox, mailboxPrefix } from "./mailbox.js";
import { ServedRuns } from "./served-runs.js";
import { startInOwnSession } from "./shared-session.js";

/** A callback and its lease. */
export interface BoundCallback {
  readonly callback: ForeachBatchCallback;
  readonly leaseMs: number;
}

/** Starts a query, and binds a TypeScript callback to it. */
export async function startWithCallback(
  context: SessionContext,
  bound: BoundCallback,
  start: (foreachBatch: StreamWriteSpec["foreachBatch"]) => Promise<QueryRun>,
): Promise<QueryRun> {
  const { connection } = context;
  const { leaseMs } = bound;
  const bindingId = randomUUID();
  const client = randomUUID();
  const foreachBatch = {
    command: pickledCall(FOREACH_BATCH, "callback_elsewhere", [
      mailboxPrefix(bindingId),
      client,
      String(leaseMs),
    ]),
    pythonVersion: await context.pythonVersion.get(),
  };
  const run = await startInOwnSession(connection, () => start(foreachBatch));
  const mailbox = new Mailbox(connection, bindingId, client);
  serve(context, bound, { run, mailbox, client });
  await mailbox.record(run.runId, { bindingId, leaseMs });
  return run;
}

/**
 * Binds a callback to a query of this session that another process started and no longer serves.
 *
 * @throws {SessionError} the session has no record of a callback for this run
 */
export async function bindAgain(
  context: SessionContext,
  callback: ForeachBatchCallback,
  run: QueryRun,
): Promise<void> {
  const { connection } = context;
  const record = await findBinding(connection, run.runId);
  if (record === undefined) {
    throw new SessionError(
      "FOREACH_BATCH_NOT_BOUND",
      `Session ${connection.client.sessionId} has no record of a foreachBatch callback for run ${run.runId}. Start the query again.`,
      connection.client.sessionId,
    );
  }
  const client = randomUUID();
  const mailbox = new Mailbox(connection, record.bindingId, client);
  await mailbox.takeOver();
  serve(context, { callback, leaseMs: record.leaseMs }, { run, mailbox, client });
}

function serve(
  context: SessionContext,
  { callback, leaseMs }: BoundCallback,
  { run, mailbox, client }: { run: QueryRun; mailbox: Mailbox; client: string },
): void {
  const { connection } = context;
  const binding = new ForeachBatchBinding({
    connection,
    query: run,
    mailbox,
    client,
    leaseMs,
    callback,
    batch: (relationId) =>
      new DataFrame(context, connection.relation(cachedRemoteRelation(relationId))),
  });
  connection.part(ServedRuns).add(run.runId, binding);
  void binding.serve();
}
