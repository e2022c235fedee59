/** Values of this package that the worker has too. A captured function uses the worker's own, not a copy of the text. */
import { CalendarInterval } from "../../types/calendar-interval.js";
import { DayTimeInterval } from "../../types/day-time-interval.js";
import { Geography, Geometry } from "../../types/geometry.js";
import { Timestamp } from "../../types/timestamp.js";
import { YearMonthInterval } from "../../types/year-month-interval.js";

/**
 * The worker sets this property before it loads any code: an object with a property for each offered name. Registered
 * symbols are the same in all contexts of a process.
 */
export const OFFERED_TEXT = 'globalThis[Symbol.for("sparktide.offered")]';

/** The package's entry points whose values the worker can have. */
export type OfferingModule = "sparktide" | "sparktide/cluster";

const names = new Map<object, string>();
const modules = new Map<string, OfferingModule>();
const constructions = new Map<object, (value: never) => readonly unknown[]>();

/**
 * Makes captured functions use the worker's value of this name: `sparktide.NAME`.
 *
 * @param module the entry point that exports it, for bundled modules
 */
export function offered(name: string, value: object, module: OfferingModule): void {
  names.set(value, name);
  modules.set(name, module);
}

/** As offered(), and instances travel as the arguments of the class's constructor. */
function offeredClass<T extends object>(
  name: string,
  value: abstract new (...args: never[]) => T,
  args: (instance: T) => readonly unknown[],
): void {
  offered(name, value, "sparktide");
  constructions.set(value.prototype as object, args);
}

offered("Timestamp", Timestamp, "sparktide");
offeredClass("CalendarInterval", CalendarInterval, (it) => [it.months, it.days, it.micros]);
offeredClass("DayTimeInterval", DayTimeInterval, (it) => [it.micros, it.startField, it.endField]);
offeredClass("YearMonthInterval", YearMonthInterval, (it) => [
  it.months,
  it.startField,
  it.endField,
]);
offeredClass("Geometry", Geometry, (it) => [it.wkb, it.srid]);
offeredClass("Geography", Geography, (it) => [it.wkb, it.srid]);

/** The expression of an offered value; undefined for any other value. */
export function offeredText(value: object): string | undefined {
  const name = names.get(value);
  return name === undefined ? undefined : `${OFFERED_TEXT}.${name}`;
}

/** An instance of an offered class as a call and its arguments; undefined for any other value. */
export function offeredInstance(
  value: object,
): { readonly call: string; readonly args: readonly unknown[] } | undefined {
  const prototype = Object.getPrototypeOf(value) as object;
  if (prototype === Timestamp.prototype) {
    const timestamp = value as Timestamp;
    // Outside the range of Date only the microseconds are exact.
    return Number.isNaN(timestamp.getTime())
      ? { call: `${OFFERED_TEXT}.Timestamp.fromEpochMicros`, args: [timestamp.epochMicros] }
      : { call: `${OFFERED_TEXT}.Timestamp.fromEpochNanos`, args: [timestamp.epochNanos] };
  }
  const args = constructions.get(prototype) as ((value: object) => readonly unknown[]) | undefined;
  if (args === undefined) return undefined;
  const constructor = Reflect.get(prototype, "constructor") as object;
  return { call: `new ${offeredText(constructor) ?? ""}`, args: args(value) };
}

/** The offered names of an entry point, for bundled modules. */
export function offeredNames(module: OfferingModule): readonly string[] {
  return [...modules].flatMap(([name, from]) => (from === module ? [name] : []));
}
