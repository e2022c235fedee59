import type { ExecutionProgress } from "../index.js";

/** The progress of the statement: `12 of 200 tasks, 3 running`. */
export function progressText({ stages, inflightTasks }: ExecutionProgress): string {
  const sum = (count: (stage: (typeof stages)[number]) => number): number =>
    stages.reduce((total, stage) => total + count(stage), 0);
  const total = sum(({ numTasks }) => numTasks);
  if (total === 0) return "";
  return `${sum(({ numCompletedTasks }) => numCompletedTasks)} of ${total} tasks, ${inflightTasks} running`;
}
