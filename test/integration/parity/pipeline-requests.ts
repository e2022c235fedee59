/** The requests of pipelines, ours and those of PySpark's `spark-pipelines`, in a form that a test can compare. */
import { create, fromBinary, toJson, type JsonValue } from "@bufbuild/protobuf";
import { anyUnpack, type Any } from "@bufbuild/protobuf/wkt";
import { Client } from "@grpc/grpc-js";
import { vi } from "vitest";
import {
  AnalyzePlanRequestSchema,
  ExecutePlanRequestSchema,
  PlanSchema,
  type AnalyzePlanRequest,
  type ExecutePlanRequest,
} from "../../../src/gen/spark/connect/base_pb.js";
import {
  PipelineAnalysisContextSchema,
  PipelineCommandSchema,
  type PipelineCommand,
} from "../../../src/gen/spark/connect/pipelines_pb.js";
import type { Pipeline, PipelineStartOptions } from "../../../src/pipelines/index.js";
import type { SparkSession } from "../../../src/index.js";
import { normalized, Renumbering } from "./plan-differences.js";

/** A request as PySpark's script prints it. */
export interface RecordedRequest {
  readonly rpc: string;
  /** Base64. */
  readonly request: string;
}

/** What a request says about a pipeline. */
interface PipelineRequest {
  /** The command, without the graph's id and without the place of the definition. */
  readonly command: JsonValue;
  /** Where the program defines the element. */
  readonly location?: { readonly fileName: string; readonly lineNumber: number };
  /** The flows whose functions sent the request. */
  readonly analysisOf: readonly string[];
}

/**
 * The flows in the user context. PySpark also sends a context without a flow with all requests of a module, because it
 * runs the module after it created the graph. Our programs define a pipeline before its graph exists.
 */
function flowsOf(extensions: readonly Any[]): string[] {
  return extensions.flatMap((extension) => {
    const context = anyUnpack(extension, PipelineAnalysisContextSchema);
    if (!context?.dataflowGraphId)
      throw new Error(`unexpected extension of the user context: ${extension.typeUrl}`);
    // PySpark uses this deprecated field too.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const { flowName } = context;
    return flowName === undefined ? [] : [flowName];
  });
}

function locationOf({ commandType }: PipelineCommand): PipelineRequest["location"] {
  if (commandType.case !== "defineOutput" && commandType.case !== "defineFlow") return undefined;
  const { fileName = "", lineNumber = 0 } = commandType.value.sourceCodeLocation ?? {};
  return { fileName, lineNumber };
}

/** Replaces what differs in each run, and omits places, which have a test of their own. */
function withoutIds(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "dataflowGraphId" && key !== "sourceCodeLocation")
      .map(([key, item]) => [key, withoutIds(item)]),
  );
}

function pipelineCommand(
  request: ExecutePlanRequest | AnalyzePlanRequest,
): PipelineCommand | undefined {
  if (request.$typeName === "spark.connect.AnalyzePlanRequest") return undefined;
  const { opType } = request.plan ?? {};
  const commandType = opType?.case === "command" ? opType.value.commandType : undefined;
  return commandType?.case === "pipelineCommand" ? commandType.value : undefined;
}

function readRequest(request: ExecutePlanRequest | AnalyzePlanRequest): PipelineRequest {
  const analysisOf = flowsOf(request.userContext?.extensions ?? []);
  if (request.$typeName === "spark.connect.AnalyzePlanRequest") {
    const json = toJson(AnalyzePlanRequestSchema, request) as Record<string, JsonValue>;
    return {
      command: normalized({ schema: json["schema"] ?? null }, new Renumbering()),
      analysisOf,
    };
  }
  const pipeline = pipelineCommand(request);
  const json =
    pipeline === undefined
      ? toJson(PlanSchema, request.plan ?? create(PlanSchema))
      : toJson(PipelineCommandSchema, pipeline);
  const location = pipeline === undefined ? undefined : locationOf(pipeline);
  return {
    command: withoutIds(normalized(json, new Renumbering())),
    ...(location !== undefined && { location }),
    analysisOf,
  };
}

/** Reads the requests that PySpark's script recorded. */
export function readRecorded(recorded: readonly RecordedRequest[]): PipelineRequest[] {
  return recorded.map(({ rpc, request }) => {
    const bytes = Buffer.from(request, "base64");
    return readRequest(
      rpc === "AnalyzePlan"
        ? fromBinary(AnalyzePlanRequestSchema, bytes)
        : fromBinary(ExecutePlanRequestSchema, bytes),
    );
  });
}

/** The run would start now. */
class Caught extends Error {}

const EXECUTE = "/spark.connect.SparkConnectService/ExecutePlan";
const ANALYZE = "/spark.connect.SparkConnectService/AnalyzePlan";

/** Starts a pipeline and returns its requests. The server checks the definitions. Only StartRun is not sent. */
export async function requestsOf(
  spark: SparkSession,
  pipeline: Pipeline,
  options: PipelineStartOptions,
): Promise<PipelineRequest[]> {
  const requests: PipelineRequest[] = [];
  const record = (path: string, bytes: Uint8Array): void => {
    if (path !== EXECUTE && path !== ANALYZE) return;
    const request =
      path === EXECUTE
        ? fromBinary(ExecutePlanRequestSchema, bytes)
        : fromBinary(AnalyzePlanRequestSchema, bytes);
    const command = pipelineCommand(request)?.commandType.case;
    // PySpark does not remove the graph: it ends the session.
    if (command === "dropDataflowGraph") return;
    if (command !== undefined || (request.userContext?.extensions.length ?? 0) > 0)
      requests.push(readRequest(request));
    if (command === "startRun") throw new Caught("The run would start now.");
  };
  const spies = (["makeServerStreamRequest", "makeUnaryRequest"] as const).map((method) => {
    const send = Reflect.get(Client.prototype, method) as (...call: unknown[]) => unknown;
    return vi.spyOn(Client.prototype, method).mockImplementation(function (
      this: Client,
      ...call: unknown[]
    ): never {
      record(call[0] as string, call[3] as Uint8Array);
      return Reflect.apply(send, this, call) as never;
    });
  });
  try {
    const run = await pipeline.start(spark, options);
    await run.result();
  } catch (error) {
    if (!(error instanceof Error && error.cause instanceof Caught)) throw error;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return requests;
}
