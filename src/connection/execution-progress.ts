import type { ExecutePlanResponse_ExecutionProgress as WireProgress } from "../gen/spark/connect/base_pb.js";

/** How far a stage of an operation is. */
export interface StageProgress {
  readonly stageId: number;
  readonly numTasks: number;
  readonly numCompletedTasks: number;
  readonly numBytesRead: bigint;
  readonly done: boolean;
}

/** How far an operation is; the server reports every two seconds while tasks run. */
export interface ExecutionProgress {
  readonly operationId: string;
  readonly stages: readonly StageProgress[];
  readonly inflightTasks: number;
  /** True in the last report of an operation. */
  readonly done: boolean;
}

/** Hears how operations of the session go on. What it throws is logged and does not reach the query. */
export type ProgressHandler = (progress: ExecutionProgress) => void;

/** Reads the server's report. */
export function executionProgress(operationId: string, progress: WireProgress): ExecutionProgress {
  return {
    operationId,
    stages: progress.stages.map((stage) => ({
      stageId: Number(stage.stageId),
      numTasks: Number(stage.numTasks),
      numCompletedTasks: Number(stage.numCompletedTasks),
      numBytesRead: stage.inputBytesRead,
      done: stage.done,
    })),
    inflightTasks: Number(progress.numInflightTasks),
    done: false,
  };
}
