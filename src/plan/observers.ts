import { isMessage } from "@bufbuild/protobuf";
import { CollectMetricsSchema, type CollectMetrics } from "../gen/spark/connect/relations_pb.js";
import type { RelationBody } from "./relation.js";

/** Hears what an execution has observed, or why it could not. */
export interface MetricsObserver {
  observed(metrics: Readonly<Record<string, unknown>>): void;
  failed(error: Error): void;
}

/** Observers by the relation that computes their metrics; the plan keeps them alive. */
const observers = new WeakMap<CollectMetrics, MetricsObserver>();

/** Has an observer hear the metrics of a relation made by collectMetrics. */
export function observe(body: RelationBody, observer: MetricsObserver): RelationBody {
  if (body.case === "collectMetrics") observers.set(body.value, observer);
  return body;
}

/** The observers of the metrics of this name, anywhere in a plan. */
export function observersOf(plan: object, name: string): MetricsObserver[] {
  const found: MetricsObserver[] = [];
  // A set goes on to what is added to it meanwhile: no recursion, since plans are deep.
  const parts = new Set<object>([plan]);
  for (const part of parts) {
    if (isMessage(part, CollectMetricsSchema) && part.name === name) {
      const observer = observers.get(part);
      if (observer !== undefined) found.push(observer);
    }
    for (const field of Object.values(part) as unknown[]) {
      // Bytes hold no messages, and may be many.
      if (typeof field === "object" && field !== null && !ArrayBuffer.isView(field)) {
        parts.add(field);
      }
    }
  }
  return found;
}
