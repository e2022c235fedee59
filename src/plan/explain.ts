import { AnalyzePlanRequest_Explain_ExplainMode as WireMode } from "../gen/spark/connect/base_pb.js";

/** How much `explain` prints. */
export type ExplainMode = "simple" | "extended" | "codegen" | "cost" | "formatted";

const MODES: Readonly<Record<ExplainMode, WireMode>> = {
  simple: WireMode.SIMPLE,
  extended: WireMode.EXTENDED,
  codegen: WireMode.CODEGEN,
  cost: WireMode.COST,
  formatted: WireMode.FORMATTED,
};

/** The wire's mode for a name; undefined for an unknown name. */
export function explainModeOf(mode: string): WireMode | undefined {
  return Object.hasOwn(MODES, mode) ? MODES[mode as ExplainMode] : undefined;
}
