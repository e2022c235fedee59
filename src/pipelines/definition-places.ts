import { canonicalName, type DefaultNamespace } from "./dataset-name.js";
import { definedAt, type PipelineDefinition } from "./definitions.js";
import { sqlElements } from "./sql-elements.js";

/** What the definitions say about a flow. */
export interface FlowFacts {
  readonly target: string;
  /** Whether it is a streaming query. */
  readonly isStreaming: boolean;
}

/** Names as Spark's messages have them: `'a.b.c'`, or each part in backticks. */
const QUOTED = /'([^'\s]+)'|((?:`(?:[^`]|``)+`\.?)+)/g;

/** Finds the definition of a flow or dataset that an event or a message of the server names. */
export class DefinitionPlaces {
  readonly #namespace: DefaultNamespace;
  readonly #flows = new Map<string, FlowFacts>();
  readonly #places = new Map<string, string>();

  constructor(definitions: readonly PipelineDefinition[], namespace: DefaultNamespace) {
    this.#namespace = namespace;
    for (const definition of definitions) this.#add(definition);
  }

  /** What is known about a flow. */
  flow(name: string): FlowFacts | undefined {
    return this.#flows.get(canonicalName(name, this.#namespace));
  }

  /** The message, and the places of the flow and of all datasets that it names. */
  located(message: string, flow?: string): string {
    const names =
      flow === undefined
        ? [...message.matchAll(QUOTED)].map(([, quoted, ticked = ""]) => quoted ?? ticked)
        : [flow];
    const places = new Map(
      names.flatMap((name) => {
        const place = this.#places.get(canonicalName(name, this.#namespace));
        return place === undefined || place === "" ? [] : [[place, name] as const];
      }),
    );
    const lines = [...places].map(([place, name]) =>
      places.size === 1 ? place : `${name}: ${place}`,
    );
    return [message, ...lines].join("\n");
  }

  #add(definition: PipelineDefinition): void {
    const place = definedAt(definition);
    if (definition.kind === "sql") {
      for (const { name, target, kind } of sqlElements(definition.text)) {
        this.#places.set(canonicalName(name, this.#namespace), place);
        if (target !== undefined)
          this.#addFlow(name, target, kind === "streamingTable" || kind === "flow");
      }
      return;
    }
    const { kind, name } = definition;
    this.#places.set(canonicalName(name, this.#namespace), place);
    if (kind === "createStreamingTable" || kind === "sink") return;
    const target = "target" in definition ? definition.target : name;
    this.#addFlow(name, target, kind !== "materializedView" && kind !== "temporaryView");
  }

  #addFlow(name: string, target: string, isStreaming: boolean): void {
    this.#flows.set(canonicalName(name, this.#namespace), { target, isStreaming });
  }
}
