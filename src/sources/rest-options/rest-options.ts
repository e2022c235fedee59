import type { CommonSourceOptions } from "../source-options.js";
import type { BrokerOptions, RestAuthOptions } from "./auth-options.js";
import type { PageOptions } from "./page-options.js";
import type { ParentOptions } from "./parent-options.js";
import type { PositionOptions } from "./position-options.js";
import type { RequestOptions } from "./request-options.js";
import type { RowOptions } from "./row-options.js";
import type { WindowOptions } from "./window-options.js";

/** Options of format `rest`. */
export type RestOptions = Omit<CommonSourceOptions, "baseUrl"> &
  RequestOptions &
  ParentOptions &
  RestAuthOptions &
  BrokerOptions &
  RowOptions &
  PageOptions &
  PositionOptions &
  WindowOptions;
