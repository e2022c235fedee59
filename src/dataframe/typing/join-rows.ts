import type { ObjectRow } from "../../types/row.js";
import type { Common } from "./common-value.js";
import type { Flat } from "./row-changes.js";

/** Join types that return the left rows only. */
export type LeftOnly = "semi" | "left_semi" | "anti" | "left_anti";
/** Join types that keep left rows without a right row. */
type KeepsLeft = "left" | "left_outer" | "outer" | "full" | "full_outer";
/** Join types that keep right rows without a left row. */
type KeepsRight = "right" | "right_outer" | "outer" | "full" | "full_outer";

type NullRight<How> = [Extract<How, KeepsLeft>] extends [never] ? never : null;
type NullLeft<How> = [Extract<How, KeepsRight>] extends [never] ? never : null;

type Using<Left, Right, Name, How> = Name extends keyof Left & keyof Right
  ? [Extract<How, KeepsRight>] extends [never]
    ? Left[Name]
    : [Extract<How, KeepsLeft>] extends [never]
      ? Right[Name]
      : Common<Left[Name] | Right[Name]> | null
  : unknown;

type BothSides<Left, Right, Name, How> = Flat<
  {
    [Key in keyof Left]: Key extends Name
      ? Using<Left, Right, Key, How>
      : Left[Key] | NullLeft<How> | (Key extends keyof Right ? Right[Key] | NullRight<How> : never);
  } & {
    [Key in keyof Right as Key extends keyof Left ? never : Key]: Right[Key] | NullRight<How>;
  }
>;

/**
 * The rows of a join. `Name` are the columns that both sides share and that the result has once. A column that both sides
 * have without it has the type of either.
 */
export type Joined<Left, Right, Name, How> = [How] extends [LeftOnly]
  ? Left
  : [Extract<How, LeftOnly>] extends [never]
    ? BothSides<Left, Right, Name, How>
    : ObjectRow;

/**
 * The columns that the first parameter of a callback has after the join: those of the left side, and for callbacks with one
 * parameter also those of the right side.
 */
export type LeftSide<Left, Right, Name, How> = Flat<
  {
    [Key in keyof Left]:
      Left[Key] | NullLeft<How> | (Key extends Name ? Using<Left, Right, Key, How> : never);
  } & {
    [Key in keyof Right as Key extends keyof Left ? never : Key]: Right[Key] | NullRight<How>;
  }
>;

/** The columns of the right side after the join. */
export type RightSide<Right, How> = Flat<{ [Name in keyof Right]: Right[Name] | NullRight<How> }>;

/** The names that both sides of a join have. */
export type SharedName<Left, Right> = Extract<keyof Left, keyof Right> &
  string extends infer Name extends string
  ? Name
  : never;
