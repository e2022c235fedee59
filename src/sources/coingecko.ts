import { PackagedSource } from "./packaged-source.js";
import { commonTexts, type CommonSourceOptions } from "./source-options.js";

/** Options of format `coingecko`. */
export interface CoinGeckoOptions extends CommonSourceOptions {
  /** CoinGecko's ids, as `bitcoin`. Default: bitcoin alone. */
  readonly coins?: readonly string[];
  /** CoinGecko's demo key; `env:NAME` is resolved on the server. */
  readonly apiKey?: string;
}

/**
 * Prices from CoinGecko, one row a coin and poll: `coin STRING, usd_price DOUBLE, ts_ingest BIGINT`
 * (UNIX seconds); a coin without a price has null. Batch and streaming.
 */
export const coingecko: PackagedSource<CoinGeckoOptions> = new PackagedSource<CoinGeckoOptions>(
  "coingecko",
  "CoinGeckoDataSource",
  ({ coins, apiKey, ...common }) => ({ coins: coins?.join(","), apiKey, ...commonTexts(common) }),
);
