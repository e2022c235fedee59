/**
 * The API for the REST comparison. It runs in its own process, so that it does not slow down one of the sides. It
 * renders all pages before the first request. `/after-50-ms/records?shard=1` answers after 50 ms.
 *
 * node rest-api.mjs SHARDS PAGES_OF_EACH. Forked, it sends its port to its parent and ends with it.
 */
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const RECORDS_OF_A_PAGE = 1000;
const BYTES_OF_A_RECORD = 1024;
const FILLER = "All the world reads pages, and all the men and women merely rows. ".repeat(20);

function recordText(id) {
  const fields = {
    id,
    name: `customer ${id}`,
    email: `customer-${id}@example.com`,
    // Never a whole number, because JSON would write it without a point, and the loop would need a conversion.
    amount: (id % 9973) + 0.25,
    active: id % 3 === 0,
    created_at: new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString(),
    note: "",
  };
  // One byte is the comma after it.
  const room = BYTES_OF_A_RECORD - 1 - JSON.stringify(fields).length;
  return JSON.stringify({ ...fields, note: FILLER.slice(0, room) });
}

function page(shard, number, pages) {
  const first = (shard * pages + number) * RECORDS_OF_A_PAGE;
  const records = Array.from({ length: RECORDS_OF_A_PAGE }, (_, index) =>
    recordText(first + index),
  );
  const next = number + 1 < pages ? `"records?shard=${shard}&page=${number + 1}"` : "null";
  return Buffer.from(`{"data":[${records.join(",")}],"next":${next}}`);
}

const [shards, pages] = process.argv.slice(2).map(Number);
const bodies = Array.from({ length: shards }, (_, shard) =>
  Array.from({ length: pages }, (_, number) => page(shard, number, pages)),
);

const server = createServer((request, response) => {
  void (async () => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const lateMs = /^\/after-(\d+)-ms\/records$/.exec(pathname)?.[1];
    const body = bodies[Number(searchParams.get("shard"))]?.[Number(searchParams.get("page"))];
    if (lateMs === undefined || body === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (lateMs !== "0") await delay(Number(lateMs));
    const headers = { "Content-Type": "application/json", "Content-Length": body.length };
    response.writeHead(200, headers).end(body);
  })();
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.once("disconnect", () => process.exit());
