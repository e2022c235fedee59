import type { Timestamp } from "./timestamp.js";

/**
 * The types of the rows of data sources that always have the same columns. They are apart from the open interface, so
 * that users can declare other types for the same names. The rows of `rest` depend on its options.
 */
export interface BuiltInFormats {
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
  "rate-micro-batch": { timestamp: Timestamp | null; value: bigint | null };
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
