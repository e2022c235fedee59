/** Stateful processors in TypeScript. */
import { requireObject } from "../../argument-kind.js";
import type { CallOptions } from "../../connection/call-options.js";
import { JavaScriptRuntime } from "../../connection/javascript/javascript-runtime.js";
import { askWorker } from "../../connection/javascript/ask-worker.js";
import { SentCode } from "../../connection/javascript/sent-code.js";
import { ArgumentError } from "../../errors.js";
import { bridgeText, codeId, type CodeSpec } from "../../javascript/bridge-text.js";
import { captured } from "../../javascript/capture/captured.js";
import { offered } from "../../javascript/capture/offered.js";
import { processSettings } from "../../javascript/function-options.js";
import {
  exportedProcessor,
  type ExportedProcessor,
  type ModuleProcessor,
} from "../../javascript/stateful/module-processor.js";
import { processorText } from "../../javascript/stateful/processor-text.js";
import { state } from "../../javascript/stateful/state.js";
import {
  StatefulProcessor,
  type DeclaredStates,
  type ProcessorClass,
  type ProcessorShape,
  type StateSpec,
} from "../../javascript/stateful/stateful-processor.js";
import { project, type Relation } from "../../plan/relation.js";
import { structTypeOf } from "../../plan/schema.js";
import type { KeyedInput } from "../../plan/stateful.js";
import type { PythonClassText } from "../../python/python-function.js";
import type { StructType } from "../../types/struct-type.js";
import { shown } from "../../value-kind.js";
import { schemaOf } from "../actions/analysis.js";
import { parsedSchema } from "../python/python-operator.js";
import type { SessionContext } from "../session-context.js";

offered("StatefulProcessor", StatefulProcessor, "sparktide/cluster");
offered("state", state, "sparktide/cluster");

/** The name of the timers beside the states. */
const RESERVED = "timers";

/**
 * The Python class that runs a processor in TypeScript. Asks the server for the types of the input.
 *
 * @throws {ArgumentError} the class or its states are wrong, or the class uses a value that cannot be sent
 */
export async function sentProcessor(
  context: SessionContext,
  processor: ProcessorClass | ModuleProcessor,
  inputs: {
    readonly keyed: KeyedInput;
    readonly initial: KeyedInput | undefined;
    readonly outputSchema: string | StructType;
  },
  call: CallOptions,
): Promise<PythonClassText> {
  const { connection } = context;
  const { keyed, initial } = inputs;
  const exported = exportedProcessor(processor);
  const { code, settings, shape } =
    exported === undefined
      ? capturedProcessor(processor as ProcessorClass)
      : await askedProcessor(context, exported, call);
  const { name } = code;
  const declared = checkedStates(name, shape.states);
  if (initial !== undefined && !shape.hasInitialState)
    throw new ArgumentError(
      "initialState",
      `initialState needs the method handleInitialState() in ${name}. Add it, or leave out initialState.`,
    );
  const typeOf = async (argument: string, schema: string | StructType): Promise<string> =>
    structTypeOf(await parsedSchema(context, argument, schema, call)).json();
  const states: StateSpec[] = [];
  for (const [state, { kind, schema, keySchema, ttlMs }] of Object.entries(declared))
    states.push({
      name: state,
      kind,
      schema: await typeOf(`The schema of the state ${state}`, schema),
      ...(keySchema !== undefined && {
        keySchema: await typeOf(`The schema of the keys of the state ${state}`, keySchema),
      }),
      ...(ttlMs !== undefined && { ttlMs }),
    });
  const schemaText = async (relation: Relation): Promise<string> =>
    (await schemaOf(connection, relation, call)).json();
  const keys = connection.relation(project(keyed.input, [...keyed.keys]));
  const spec: CodeSpec = {
    code,
    settings,
    states,
    runtime: await connection.part(JavaScriptRuntime).get(call.signal),
    returns: await typeOf("outputSchema", inputs.outputSchema),
    inputs: {
      key: await schemaText(keys),
      rows: await schemaText(keyed.input),
      ...(initial !== undefined && {
        initial: await schemaText(initial.input),
      }),
    },
  };
  connection.part(SentCode).add(codeId(spec), code);
  return processorText(spec);
}

/** A processor as a session sends it. */
interface DescribedProcessor extends Pick<CodeSpec, "code" | "settings"> {
  readonly shape: ProcessorShape;
}

/** Creates a processor here, because Spark needs its states before a process on the cluster has started. */
function capturedProcessor(processor: ProcessorClass): DescribedProcessor {
  // JavaScript callers may pass any type.
  const prototype = (typeof (processor as unknown) === "function" &&
    processor.prototype) as unknown;
  const has = (method: string): boolean =>
    typeof (prototype as Readonly<Record<string, unknown>>)[method] === "function";
  if (typeof prototype !== "object" || prototype === null || !has("handleInputRows"))
    throw new ArgumentError(
      "processor",
      `processor must be a class that extends StatefulProcessor and has the method handleInputRows(), or the result of processorFromModule(), got ${shown(processor)}.`,
    );
  const name = processor.name === "" ? "Processor" : processor.name;
  const { clusterOptions = {} } = processor;
  const { states } = new processor();
  return {
    code: captured(processor, { name, captures: clusterOptions.captures }),
    settings: processSettings(`${name}.clusterOptions`, clusterOptions),
    shape: { states, hasInitialState: has("handleInitialState") },
  };
}

/** The client does not run the user's module, so a worker says which states the class has. */
async function askedProcessor(
  context: SessionContext,
  { load, options }: ExportedProcessor,
  call: CallOptions,
): Promise<DescribedProcessor> {
  const { connection } = context;
  const code = await load();
  const settings = processSettings("processorFromModule()", options);
  const runtime = await connection.part(JavaScriptRuntime).get(call.signal);
  const spec: CodeSpec = { code, runtime, settings };
  connection.part(SentCode).add(codeId(spec), code);
  const question = {
    source: bridgeText(spec),
    expression: 'bridge().call(SPEC, "", {}, "#processor")',
  };
  const version = await context.pythonVersion.get();
  const shape = (await askWorker(connection, version, question, call)) as ProcessorShape;
  return { code, settings, shape };
}

function checkedStates(name: string, states: DeclaredStates): DeclaredStates {
  requireObject(`${name}.states`, states);
  for (const [state, declared] of Object.entries<unknown>(states)) {
    const isDeclared =
      typeof declared === "object" &&
      declared !== null &&
      "kind" in declared &&
      "schema" in declared;
    if (!isDeclared)
      throw new ArgumentError(
        "states",
        `The state ${state} of ${name} must be the result of state.value(), state.list() or state.map(), got ${shown(declared)}.`,
      );
    if (state === RESERVED)
      throw new ArgumentError("states", `${name} cannot have a state with the name ${RESERVED}.`);
  }
  return states;
}
