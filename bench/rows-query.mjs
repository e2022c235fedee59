/** The same query as in pyspark_side.py. */
export function rowsQuery(rows) {
  return `SELECT id, CAST(id AS DOUBLE) AS x, CAST(id AS STRING) AS s, id % 2 = 0 AS b, CAST(id AS INT) AS i, timestamp_micros(id) AS t FROM range(${rows})`;
}
