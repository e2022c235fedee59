/**
 * Python code that runs on the server in place of a TypeScript callback. Spark calls it with each batch. It
 * offers the batch to the client through the session's configuration, and returns when the client
 * reports that its callback is done.
 *
 * All keys share one prefix. This code writes `offer`. A process that binds its callback to a running query
 * writes `client`. Each client writes `answer.<client>`, and any change of it renews the client's lease. This
 * code alone decides which client's answer counts, so that two clients never both believe that they own a batch.
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
        # A killed server leaves this worker running, which would call the server for minutes.
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
                # Wait a fiftieth of the time so far: a short callback ends fast, a long one causes few requests.
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
