import { COINGECKO_OPTIONS } from "./option-names.js";
import { PackagedSource } from "./packaged-source.js";
import { commonTexts, listText, type CommonSourceOptions } from "./source-options.js";

/** Options of format `coingecko`. */
export interface CoinGeckoOptions extends CommonSourceOptions {
  /**
   * Ids of coins at CoinGecko, not symbols: `ethereum`, not `eth`.
   *
   * @default bitcoin
   */
  readonly coins?: readonly string[];
  /** CoinGecko's demo key, or the pro key with its pro host. May be a reference: `env:NAME` or `file:/path`. */
  readonly apiKey?: string;
}

/**
 * Reads prices from CoinGecko. Each poll gives one row per coin: `coin STRING, usd_price DOUBLE,
 * ts_ingest BIGINT` (UNIX seconds). The price is null if CoinGecko has none. Batch and streaming.
 */
export const coingecko: PackagedSource<CoinGeckoOptions> = new PackagedSource<CoinGeckoOptions>(
  "coingecko",
  "CoinGeckoDataSource",
  COINGECKO_OPTIONS,
  ({ coins, apiKey, ...common }) => ({
    coins: listText("coins", coins),
    apiKey,
    ...commonTexts(common),
  }),
);
