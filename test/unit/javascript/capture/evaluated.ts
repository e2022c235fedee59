import { Script } from "node:vm";
import { captured, type CaptureOptions } from "../../../../src/javascript/capture/captured.js";
import {
  CalendarInterval,
  DayTimeInterval,
  Geography,
  Geometry,
  Timestamp,
  YearMonthInterval,
} from "../../../../src/index.js";

/** What a worker offers to captured code. */
const OFFERED = {
  CalendarInterval,
  DayTimeInterval,
  Geography,
  Geometry,
  Timestamp,
  YearMonthInterval,
};

/** Evaluates a text as a worker does: in the global scope, with the values that a worker offers. */
export function evaluatedText(text: string, name: string): unknown {
  const key = Symbol.for("sparktide.offered");
  Reflect.set(globalThis, key, OFFERED);
  try {
    return new Script(text, { filename: `<${name}>` }).runInThisContext();
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
}

/** The function that a worker gets. */
export function evaluated<F extends (...args: never[]) => unknown>(
  value: F,
  options?: CaptureOptions,
): F {
  const code = captured(value, options);
  return evaluatedText(code.text, code.name) as F;
}

/** The class that a worker gets. */
export function evaluatedClass<C extends abstract new (...args: never[]) => unknown>(value: C): C {
  const code = captured(value);
  return evaluatedText(code.text, code.name) as C;
}
