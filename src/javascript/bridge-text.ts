import { createHash } from "node:crypto";
import bridge from "../gen/files/javascript-bridge.js";
import { LOCATE_TEXT } from "./bridge/locate-text.js";
import type { RuntimeSpec } from "./runtime-spec.js";
import type { JavaScriptCode } from "./javascript-code.js";
import type { StateSpec } from "./stateful/stateful-processor.js";

/** Limits of the process in which a function runs. Functions with the same limits share a process. */
export interface ProcessSettings {
  /** The longest wait for an answer of the function in milliseconds. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** The limit of V8's heap in megabytes. Default: V8's own. */
  readonly heapMb?: number | undefined;
  /** `false` for no network, or the hosts to which the function may connect. Default: the whole network. */
  readonly network?: boolean | readonly string[] | undefined;
}

/** Code with its settings, as the bridge needs it. */
export interface CodeSpec {
  readonly code: JavaScriptCode;
  readonly runtime: RuntimeSpec;
  readonly settings: ProcessSettings;
  /** The type of the results, as Spark's JSON. */
  readonly returns?: string | undefined;
  readonly concurrency?: number | undefined;
  /** The names in a group's key. */
  readonly keyNames?: readonly string[] | undefined;
  /** The states of a stateful processor. */
  readonly states?: readonly StateSpec[] | undefined;
  /** The types of a stateful processor's input, as Spark's JSON. */
  readonly inputs?: ProcessorInputs | undefined;
}

/** The types of what a stateful processor receives, as Spark's JSON. */
interface ProcessorInputs {
  readonly key: string;
  readonly rows: string;
  readonly initial?: string;
}

/** The two modules of the bridge run as one. */
const BRIDGE = `${LOCATE_TEXT}\n\n${bridge}`;
const BRIDGE_NAME = `sparktide_javascript_${sha256(BRIDGE)}`;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A text as a literal of Python, which JSON's are. */
function pythonLiteral(text: string): string {
  return JSON.stringify(text);
}

function loadOf({ code, returns, concurrency, states }: CodeSpec): object {
  const { form, text, exportName, name } = code;
  return { form, text, exportName, name, returns, concurrency, states };
}

/** The id of the code in the workers, which errors report. */
export function codeId(spec: CodeSpec): string {
  return sha256(JSON.stringify(loadOf(spec)));
}

/**
 * Python text with the constant SPEC and the function `bridge()`. The bridge is a module of the worker process under
 * its hash, so that the child processes outlive a task.
 */
export function bridgeText(codeSpec: CodeSpec): string {
  const { runtime, settings, keyNames, inputs } = codeSpec;
  const load = { id: codeId(codeSpec), ...loadOf(codeSpec) };
  const spec = { load, runtime: { ...runtime, ...settings }, keyNames, inputs };
  return `
import json

SPEC = json.loads(${pythonLiteral(JSON.stringify(spec))})


def bridge():
    import sys
    import types

    module = sys.modules.get(${pythonLiteral(BRIDGE_NAME)})
    if module is None:
        module = types.ModuleType(${pythonLiteral(BRIDGE_NAME)})
        exec(compile(${pythonLiteral(BRIDGE)}, "<sparktide bridge>", "exec"), module.__dict__)
        sys.modules[${pythonLiteral(BRIDGE_NAME)}] = module
    return module
`;
}
