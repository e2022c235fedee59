import type { WatchLimits } from "./upgrade-watch.js";

/** Who gives a command, for the event `commanded` and the log. */
export interface CommandOptions {
  /** Such as the name of a user. */
  readonly by?: string | undefined;
}

/** The options of `StreamSupervisor.upgrade()`. */
export interface UpgradeOptions extends CommandOptions, WatchLimits {}

/** The keys of {@link CommandOptions}. */
export const COMMAND_OPTIONS: readonly (keyof CommandOptions)[] = ["by"];
/** The keys of {@link UpgradeOptions}. */
export const UPGRADE_OPTIONS: readonly (keyof UpgradeOptions)[] = ["by", "watchBatches", "watchMs"];
