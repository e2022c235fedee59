import type { ExecutePlanResponse_ExecutionProgress as WireProgress } from "../gen/spark/connect/base_pb.js";

/** The progress of one stage of an operation. */
export interface StageProgress {
  readonly stageId: number;
  readonly numTasks: number;
  readonly numCompletedTasks: number;
  readonly numBytesRead: bigint;
  readonly done: boolean;
}

/** The progress of an operation. The server reports it every two seconds while tasks run. */
export interface ExecutionProgress {
  readonly operationId: string;
  readonly stages: readonly StageProgress[];
  readonly inflightTasks: number;
  /** True in an operation's last report. */
  readonly done: boolean;
}

/** A function that receives the progress of the session's operations. Errors that it throws are only logged. */
export type ProgressHandler = (progress: ExecutionProgress) => void;

/** Converts the server's report. */
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
