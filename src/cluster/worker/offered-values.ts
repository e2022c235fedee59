// The values of `sparktide` that code on the cluster can use.

import { DataSource, RestSource, SimpleDataSource } from "./base-classes.js";
import { state } from "../../javascript/stateful/state.js";
import { StatefulProcessor } from "../../javascript/stateful/stateful-processor.js";
import { CalendarInterval } from "../../types/calendar-interval.js";
import { DayTimeInterval } from "../../types/day-time-interval.js";
import { Geography, Geometry } from "../../types/geometry.js";
import { Timestamp } from "../../types/timestamp.js";
import { YearMonthInterval } from "../../types/year-month-interval.js";

/** Defines the values that captured code refers to; see `src/javascript/capture/offered.ts`. */
export function offerValues(): void {
  const offered = Object.freeze({
    Timestamp,
    CalendarInterval,
    DayTimeInterval,
    YearMonthInterval,
    Geometry,
    Geography,
    DataSource,
    SimpleDataSource,
    RestSource,
    StatefulProcessor,
    state,
  });
  Object.defineProperty(globalThis, Symbol.for("sparktide.offered"), { value: offered });
}
