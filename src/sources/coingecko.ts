import { PackagedSource } from "./packaged-source.js";
import { commonTexts, type CommonSourceOptions } from "./source-options.js";

/** Options of format `coingecko`. */
export interface CoinGeckoOptions extends CommonSourceOptions {
  /**
   * CoinGecko's ids, not its symbols: `ethereum`, not `eth`.
   *
   * @default bitcoin
   */
  readonly coins?: readonly string[];
  /** CoinGecko's demo key, or with its pro host the pro key. May be a reference: `env:NAME` or `file:/path`. */
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
