/**
 * Python that stands in for a TypeScript callback on the server: Spark calls it with each batch, it
 * offers the batch to the client through the session's configuration, and returns when the client
 * says that its callback is done.
 *
 * Keys, all below one prefix: `offer` is written here, `client` by a process that binds its callback
 * later than the one that started the query, `answer.<client>` by each client. Any change of the
 * answer renews the client's lease. Whose answer counts is decided here alone, so that two clients
 * never both believe that a batch is theirs.
 */
export const FOREACH_BATCH = `
def callback_elsewhere(prefix, first_client, lease_ms):
    import json
    import os
    import threading
    import time
    import uuid

    import pyspark.sql.connect.proto as pb2

    lease_seconds = int(lease_ms) / 1000
    parent = os.getppid()
    holder = first_client

    def watch_parent():
        # A server that is killed leaves its workers behind, which would ask it for minutes.
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch_parent, daemon=True).start()

    def foreach_batch(df, batch_id):
        nonlocal holder
        session = df.sparkSession
        offer_key = prefix + "offer"
        client_key = prefix + "client"

        def configure(**operation):
            operation = pb2.ConfigRequest.Operation(**operation)
            return dict(session.client.config(operation).pairs)

        def offer():
            attempt = str(uuid.uuid4())
            offered = {
                "attempt": attempt,
                "holder": holder,
                "batchId": str(batch_id),
                "relationId": df._plan._relation_id,
            }
            pair = pb2.KeyValue(key=offer_key, value=json.dumps(offered))
            configure(set=pb2.ConfigRequest.Set(pairs=[pair]))
            return attempt

        def interrupt():
            session.interruptTag("sparktide-foreach-batch-" + attempt)

        def read():
            keys = [client_key, prefix + "answer." + holder]
            answers = configure(get_option=pb2.ConfigRequest.GetOption(keys=keys))
            return answers.get(keys[0]) or holder, answers.get(keys[1])

        holder = read()[0]
        attempt = offer()
        offered_at = renewed_at = time.monotonic()
        seen = None
        try:
            while True:
                # A fiftieth of the time so far: short callbacks are noticed at once, long ones cost little.
                time.sleep(min(0.1, max(0.004, (time.monotonic() - offered_at) / 50)))
                newest, answer = read()
                if newest != holder:
                    interrupt()
                    holder = newest
                    attempt = offer()
                    offered_at = renewed_at = time.monotonic()
                    seen = None
                    continue
                if answer is not None and answer != seen:
                    seen = answer
                    renewed_at = time.monotonic()
                    said = json.loads(bytes.fromhex(answer))
                    if said["attempt"] == attempt and said["done"]:
                        if said.get("error") is None:
                            return
                        raise RuntimeError(
                            "[FOREACH_BATCH_CALLBACK_FAILED] " + said["error"] + " [/CALLBACK]"
                        )
                if time.monotonic() - renewed_at > lease_seconds:
                    interrupt()
                    raise RuntimeError(
                        "[FOREACH_BATCH_CLIENT_LOST] No client ran the callback for batch "
                        + f"{batch_id}: its lease of {lease_ms} ms ran out. The batch is run "
                        + "again when the query is started again from its checkpoint. [/CALLBACK]"
                    )
        finally:
            configure(unset=pb2.ConfigRequest.Unset(keys=[offer_key]))

    return foreach_batch
`;
