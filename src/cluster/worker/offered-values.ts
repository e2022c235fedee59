// The values of `sparktide` that code on the cluster can use, under the global name `sparktide`.

import { DataSource, SimpleDataSource } from "./base-classes.js";
import { CalendarInterval } from "../../types/calendar-interval.js";
import { DayTimeInterval } from "../../types/day-time-interval.js";
import { Geography, Geometry } from "../../types/geometry.js";
import { Timestamp } from "../../types/timestamp.js";
import { YearMonthInterval } from "../../types/year-month-interval.js";

/** Defines the global names that code of the client refers to. */
export function offerValues(): void {
  Object.assign(globalThis, {
    sparktide: Object.freeze({
      Timestamp,
      CalendarInterval,
      DayTimeInterval,
      YearMonthInterval,
      Geometry,
      Geography,
      DataSource,
      SimpleDataSource,
    }),
    // esbuild leaves this in the text of functions.
    __name: (target: unknown) => target,
  });
}
