import type { Relation } from "../gen/spark/connect/relations_pb.js";
import type { ExecutionInfo } from "./execution-info.js";
import type { MetricsObserver } from "./observers.js";
import type { RelationBody } from "./relation.js";
import type { StructType } from "../types/struct-type.js";

/**
 * The rest of a relation that needs requests to the server, such as rows to send. The first use of the relation
 * completes it in place.
 */
export interface PendingBody {
  /** Makes the requests. The result replaces the body of the relation. */
  readonly complete: () => Promise<RelationBody>;
  /** The current attempt. */
  completing?: Promise<void> | undefined;
}

/** What this client knows about a relation and does not send. */
export interface RelationFacts {
  /** The number of relations from this one down to its deepest source. */
  depth?: number | undefined;
  /** Receives the metrics that this relation computes, if it was made by observe(). */
  observer?: MetricsObserver | undefined;
  pendingBody?: PendingBody | undefined;
  /** The columns, from the last answer of the server that had them. */
  schema?: StructType | undefined;
  /** What Spark reported about the last execution of this relation. */
  lastExecution?: ExecutionInfo | undefined;
}

const FACTS = Symbol("facts");

interface WithFacts {
  [FACTS]?: RelationFacts;
}

/**
 * The facts about a relation. They live on the message itself, because every plan made of the relation holds the same
 * message. Encoders and walks over the message's fields do not see them.
 */
export function factsOf(relation: Relation): RelationFacts {
  const holder = relation as WithFacts;
  const known = holder[FACTS];
  if (known !== undefined) return known;
  const facts: RelationFacts = {};
  Object.defineProperty(holder, FACTS, { value: facts });
  return facts;
}
