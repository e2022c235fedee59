/** Examples of Spark's documentation for which documentation-examples.test.ts cannot compare values. */
import { isSparkAtLeast } from "../support.js";

type Release = readonly [major: number, minor: number];

interface Exception {
  /** The example's statement, without its semicolon. */
  readonly sql: string;
  readonly reason: string;
  /** The first release with the example in its documentation. Default: 4.0 */
  readonly since?: Release | undefined;
  /** The first release without the example in its documentation. */
  readonly until?: Release | undefined;
}

function each(
  reason: string,
  statements: readonly string[],
  releases: Pick<Exception, "since" | "until"> = {},
): Exception[] {
  return statements.map((sql) => ({ sql, reason, ...releases }));
}

/** Nondeterministic examples: the test compares type and nullability. */
const BY_TYPE: readonly Exception[] = [
  ...each("reads the clock", [
    "SELECT curdate()",
    "SELECT current_date()",
    "SELECT current_date",
    "SELECT current_timestamp()",
    "SELECT current_timestamp",
    "SELECT localtimestamp()",
    "SELECT now()",
    "SELECT unix_timestamp()",
  ]),
  ...each(
    "reads the clock",
    [
      "SELECT current_time()",
      "SELECT current_time",
      "SELECT current_time(0)",
      "SELECT current_time(3)",
      "SELECT current_time(1+1)",
    ],
    { since: [4, 1] },
  ),
  ...each(
    "reads the clock",
    [
      "SELECT current_timestamp(9)",
      "SELECT localtime()",
      "SELECT localtime",
      "SELECT localtime(0)",
      "SELECT localtime(3)",
      "SELECT localtime(1+1)",
      "SELECT localtimestamp(9)",
      "SELECT now(9)",
    ],
    { since: [4, 3] },
  ),
  ...each("draws without a seed", [
    "SELECT rand()",
    "SELECT randn()",
    "SELECT random()",
    "SELECT shuffle(array(1, 20, 3, 5))",
    "SELECT shuffle(array(1, 20, null, 3))",
    "SELECT uuid()",
    "SELECT java_method('java.util.UUID', 'randomUUID')",
    "SELECT reflect('java.util.UUID', 'randomUUID')",
    "SELECT try_reflect('java.util.UUID', 'randomUUID')",
  ]),
  ...each("encrypts with an initialization vector of chance", [
    "SELECT hex(aes_encrypt('Spark', '0000111122223333'))",
    "SELECT hex(aes_encrypt('Spark SQL', '0000111122223333', 'GCM'))",
    "SELECT base64(aes_encrypt('Apache Spark', '1234567890abcdef', 'CBC', 'DEFAULT'))",
  ]),
];

const AVRO = "needs the package spark-avro on the server";
const PROTOBUF = "needs a descriptor file that is on no server";
/** Examples that Spark refuses: both clients must get the same error. At most 25. */
const EXCLUDED: readonly Exception[] = [
  ...each(AVRO, [
    `SELECT from_avro(s, '{"type": "record", "name": "struct", "fields": [{ "name": "u", "type": ["int","string"] }]}', map()) IS NULL AS result FROM (SELECT NAMED_STRUCT('u', NAMED_STRUCT('member0', member0, 'member1', member1)) AS s FROM VALUES (1, NULL), (NULL,  'a') tab(member0, member1))`,
    `SELECT schema_of_avro('{"type": "record", "name": "struct", "fields": [{"name": "u", "type": ["int", "string"]}]}', map())`,
    `SELECT to_avro(s, '{"type": "record", "name": "struct", "fields": [{ "name": "u", "type": ["int","string"] }]}') IS NULL FROM (SELECT NULL AS s)`,
    "SELECT to_avro(s) IS NULL FROM (SELECT NULL AS s)",
  ]),
  ...each(PROTOBUF, [
    "SELECT from_protobuf(s, 'Person', '/path/to/descriptor.desc', map()) IS NULL AS result FROM (SELECT NAMED_STRUCT('name', name, 'id', id) AS s FROM VALUES ('John Doe', 1), (NULL,  2) tab(name, id))",
    "SELECT to_protobuf(s, 'Person', '/path/to/descriptor.desc', map('emitDefaultValues', 'true')) IS NULL FROM (SELECT NULL AS s)",
  ]),
  ...each(
    "reads a metric view that does not exist",
    [
      "SELECT dimension_col, measure(measure_col)\n        FROM test_metric_view\n        GROUP BY dimension_col",
    ],
    { since: [4, 2] },
  ),
  ...each("raises an error, which is all it does", ["SELECT raise_error('custom error message')"]),
];

/** The entries of a list for the release of the run, as reasons by statement. */
function ofThisRelease(list: readonly Exception[]): ReadonlyMap<string, string> {
  const held = list.filter(
    ({ since: [from, fromMinor] = [4, 0], until }) =>
      isSparkAtLeast(from, fromMinor) && (until === undefined || !isSparkAtLeast(...until)),
  );
  return new Map(held.map(({ sql, reason }) => [sql, reason]));
}

/** Reasons by statement of the nondeterministic examples. */
export function comparedByType(): ReadonlyMap<string, string> {
  return ofThisRelease(BY_TYPE);
}

/** Reasons by statement of the examples that cannot be run. */
export function excluded(): ReadonlyMap<string, string> {
  return ofThisRelease(EXCLUDED);
}
