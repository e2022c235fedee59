import type { Timestamp } from "./timestamp.js";

/**
 * The tables and views that TypeScript knows: the type of the rows by name. Empty at first; add tables by declaration,
 * or let `npx sparktide types` write the declarations.
 *
 * ```ts
 * declare module "sparktide" {
 *   interface Tables {
 *     "sales.orders": { id: bigint; total: string | null };
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Users add members by declaration.
export interface Tables {}

/**
 * The data sources that TypeScript knows: the type of the rows by the format's name. Add your own by declaration, as
 * for {@link Tables}. The rows of `rest` depend on its options: `rest.options({ … })` knows them.
 */
export interface Formats {
  coingecko: {
    coin: string | null;
    usd_price: number | null;
    /** UNIX seconds. */
    ts_ingest: bigint | null;
  };
  weather: {
    station: string | null;
    /** Degrees Celsius. */
    temperature_2m: number | null;
    /** Percent. */
    relative_humidity_2m: number | null;
    /** UNIX seconds. */
    ts_ingest: bigint | null;
  };
  rate: { timestamp: Timestamp | null; value: bigint | null };
  kafka: {
    key: Uint8Array | null;
    value: Uint8Array | null;
    topic: string | null;
    partition: number | null;
    offset: bigint | null;
    timestamp: Timestamp | null;
    timestampType: number | null;
  };
}
