/** The state of supervisors in a table of PostgreSQL, so that processes on several machines can share it. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import pg from "pg";
import type { LeaseHolder, StateLease, StateStore } from "sparktide";

// PostgreSQL lets two processes fail that create the same table at the same time. The lock lasts until the table is there.
const TABLE = `SELECT pg_advisory_xact_lock(7277);
CREATE TABLE IF NOT EXISTS supervisor_states (
  name text PRIMARY KEY,
  state text,
  lease uuid,
  held_by text,
  expires timestamptz
)`;

export class PostgresStateStore implements StateStore {
  readonly location: string;
  readonly #pool: pg.Pool;
  readonly #name: string;

  private constructor(pool: pg.Pool, name: string) {
    this.location = `"${name}" in the table supervisor_states`;
    this.#pool = pool;
    this.#name = name;
  }

  /** @param name of the state. Supervisors with the same name stand by for each other */
  static async open(connectionString: string, name: string): Promise<PostgresStateStore> {
    // Each call ends in time also if the network is cut, because the supervisor waits for it.
    const limits = { connectionTimeoutMillis: 5_000, query_timeout: 5_000 };
    const pool = new pg.Pool({ connectionString, ...limits });
    // A connection that breaks while nobody uses it. The next query opens another one.
    pool.on("error", (error) => {
      console.warn(`PostgreSQL: ${error.message}`);
    });
    const store = new PostgresStateStore(pool, name);
    await pool.query(TABLE);
    await pool.query("INSERT INTO supervisor_states (name) VALUES ($1) ON CONFLICT DO NOTHING", [
      name,
    ]);
    return store;
  }

  async read(): Promise<string | undefined> {
    const sql = "SELECT state FROM supervisor_states WHERE name = $1";
    const { rows } = await this.#pool.query<{ state: string | null }>(sql, [this.#name]);
    return rows[0]?.state ?? undefined;
  }

  compareAndSet(expected: string | undefined, next: string | undefined): Promise<boolean> {
    return this.#changes("state = $2 WHERE name = $1 AND state IS NOT DISTINCT FROM $3", [
      next ?? null,
      expected ?? null,
    ]);
  }

  /** The clock of the database alone decides when a lease has ended. */
  async tryLease(leaseMs: number): Promise<StateLease | LeaseHolder> {
    const lease = randomUUID();
    const heldBy = `process ${process.pid} on ${hostname()}`;
    const until = "expires = clock_timestamp() + $3 * interval '1 millisecond'";
    const isTaken = await this.#changes(
      `lease = $2, held_by = $4, ${until} WHERE name = $1 AND (lease IS NULL OR expires < clock_timestamp())`,
      [lease, leaseMs, heldBy],
    );
    if (!isTaken) {
      const sql = "SELECT held_by FROM supervisor_states WHERE name = $1";
      const { rows } = await this.#pool.query<{ held_by: string | null }>(sql, [this.#name]);
      return { heldBy: rows[0]?.held_by ?? "a process that has just ended" };
    }
    return {
      renew: () => this.#changes(`${until} WHERE name = $1 AND lease = $2`, [lease, leaseMs]),
      release: async () => {
        await this.#changes("lease = NULL WHERE name = $1 AND lease = $2", [lease]);
      },
    };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Runs one UPDATE, which is atomic. Returns whether its condition held. */
  async #changes(change: string, values: readonly unknown[]): Promise<boolean> {
    const sql = `UPDATE supervisor_states SET ${change}`;
    const { rowCount } = await this.#pool.query(sql, [this.#name, ...values]);
    return rowCount === 1;
  }
}
