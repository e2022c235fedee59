import {
  StatefulProcessor,
  type DeclaredStates,
  type ProcessorShape,
} from "../../javascript/stateful/stateful-processor.js";
import type { LoadedCode } from "./loaded-code.js";

/**
 * What the client needs to know about the class of a processor.
 *
 * @throws {TypeError} the class is not a StatefulProcessor
 */
export function processorShape({ name, value }: LoadedCode): ProcessorShape {
  const prototype = value.prototype as object | undefined;
  if (!(prototype instanceof StatefulProcessor))
    throw new TypeError(`${name} must extend StatefulProcessor of sparktide/cluster.`);
  const { states } = Reflect.construct(value, []) as { readonly states: DeclaredStates };
  return { states, hasInitialState: "handleInitialState" in prototype };
}
