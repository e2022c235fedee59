import { jsonCount } from "../streaming/json-safe.js";
import type { SourceProgress, StreamingQueryProgress } from "../streaming/progress.js";
import { lagOf } from "../supervisor/source-lag.js";
import type { StreamStatus } from "../supervisor/stream-status.js";
import {
  API_VERSION,
  type BatchSummary,
  type PipelineDocument,
  type SourceDocument,
  type StateOperatorDocument,
  type StreamDocument,
  type StreamSummary,
  type UpgradeDocument,
} from "./documents.js";
import { errorDocument } from "./error-document.js";
import type { EventLog } from "./event-log.js";
import { isoTime } from "./event-text.js";
import { watermarkOf } from "./history/batch-point.js";
import type { Redaction } from "./redaction.js";
import type { StreamRecord } from "./stream-record.js";

const LONGEST_DESCRIPTION = 1_000;

/** A stream in the list. */
export function streamSummary(
  status: StreamStatus,
  record: StreamRecord,
  redaction: Redaction,
  nowMs: number,
): StreamSummary {
  const { lastBatch } = record;
  return {
    name: status.name,
    state: status.state,
    since: isoTime(status.stateSinceMs),
    desired: status.desired,
    queryId: status.queryId ?? null,
    runId: status.runId ?? null,
    isStalled: status.isStalled,
    restarts: status.restarts,
    rowsTotal: jsonCount(status.rowsTotal),
    lastBatch: lastBatch === undefined ? null : batchSummary(lastBatch),
    lag: lagOf(lastBatch?.sources ?? []) ?? null,
    nextStartAt: nextStart(status, nowMs),
    schedule: status.schedule ?? null,
    upgrade: upgradeDocument(status, redaction),
    pipeline: pipelineDocument(status, redaction),
    lastError: record.lastError ?? null,
    sparkline: record.sparkline(nowMs),
  };
}

/** A stream with all its details. */
export function streamDocument(
  summary: StreamSummary,
  status: StreamStatus,
  record: StreamRecord,
  log: EventLog,
  redaction: Redaction,
): StreamDocument {
  const { lastBatch } = record;
  const { declaration } = status;
  return {
    apiVersion: API_VERSION,
    generatedAt: new Date().toISOString(),
    summary,
    sources: (lastBatch?.sources ?? []).map((source) => sourceDocument(source, redaction)),
    sink:
      lastBatch === undefined
        ? null
        : {
            description: redaction.text(lastBatch.sink.description, LONGEST_DESCRIPTION),
            metrics: metrics(lastBatch.sink.metrics, redaction),
          },
    trigger: triggerText(status),
    stateOperators: (lastBatch?.stateOperators ?? []).map((operator): StateOperatorDocument => ({
      operatorName: operator.operatorName,
      rows: jsonCount(operator.numRowsTotal),
      updatedRows: jsonCount(operator.numRowsUpdated),
      memoryBytes: jsonCount(operator.memoryUsedBytes),
      droppedByWatermark: jsonCount(operator.numRowsDroppedByWatermark),
    })),
    watermark: (lastBatch && watermarkOf(lastBatch.eventTime)) ?? null,
    declaration: declaration === undefined ? null : redaction.declaration(declaration),
    errors: log.errors(status.name),
    events: log.events(status.name),
  };
}

/** Spark reports NaN and infinity for rates without a duration. JSON has neither. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function batchSummary(batch: StreamingQueryProgress): BatchSummary {
  return {
    id: jsonCount(batch.batchId),
    at: isoTime(Date.parse(batch.timestamp)),
    durationMs: batch.batchDuration,
    rows: jsonCount(batch.numInputRows),
    inputRowsPerSecond: finite(batch.inputRowsPerSecond),
    processedRowsPerSecond: finite(batch.processedRowsPerSecond),
  };
}

/**
 * When the stream starts again. In full seconds: the status has the time that is left, so the result would differ by some
 * milliseconds at each call.
 */
function nextStart({ nextAttemptInMs, nextRunAtMs }: StreamStatus, nowMs: number): string | null {
  if (nextAttemptInMs !== undefined)
    return isoTime(Math.round((nowMs + nextAttemptInMs) / 1_000) * 1_000);
  return nextRunAtMs === undefined ? null : isoTime(nextRunAtMs);
}

function upgradeDocument({ upgrade }: StreamStatus, redaction: Redaction): UpgradeDocument | null {
  if (upgrade === undefined) return null;
  const at = isoTime(upgrade.atMs);
  const error = upgrade.error === undefined ? null : errorDocument(upgrade.error, at, redaction);
  return { state: upgrade.state, at, error };
}

function pipelineDocument(
  { pipeline }: StreamStatus,
  redaction: Redaction,
): PipelineDocument | null {
  if (pipeline === undefined) return null;
  const { completedRuns, failedRuns, lastRuns, flows } = pipeline;
  return {
    completedRuns,
    failedRuns,
    lastRuns: lastRuns.map(({ state, startedAtMs, durationMs }) => ({
      state,
      at: isoTime(startedAtMs),
      durationMs,
    })),
    flows: flows.map(({ flow, dataset, state, rows, error }) => ({
      flow,
      dataset: dataset ?? null,
      state,
      rows: rows === undefined ? null : jsonCount(rows),
      error: error === undefined ? null : redaction.text(error.message, LONGEST_DESCRIPTION),
    })),
  };
}

function triggerText({ declaration }: StreamStatus): string | null {
  if (declaration === undefined) return null;
  const { trigger } = declaration;
  if (trigger === undefined) return "each batch follows the one before";
  return "processingTime" in trigger
    ? `every ${trigger.processingTime}`
    : "all available data, then end";
}

function sourceDocument(source: SourceProgress, redaction: Redaction): SourceDocument {
  return {
    description: redaction.text(source.description, LONGEST_DESCRIPTION),
    startOffset: redaction.json(source.startOffset),
    endOffset: redaction.json(source.endOffset),
    latestOffset: redaction.json(source.latestOffset),
    rows: jsonCount(source.numInputRows),
    inputRowsPerSecond: finite(source.inputRowsPerSecond),
    processedRowsPerSecond: finite(source.processedRowsPerSecond),
    lag: lagOf([source]) ?? null,
    metrics: metrics(source.metrics, redaction),
  };
}

function metrics(
  values: Readonly<Record<string, string>>,
  redaction: Redaction,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [name, redaction.text(text, LONGEST_DESCRIPTION)]),
  );
}
