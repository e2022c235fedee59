import { resolveDecodeOptions, type DecodeOptions } from "../arrow/decode/decode-options.js";
import type { RowDecoder } from "../arrow/decode/row-decoder.js";
import {
  ArgumentError,
  ProtocolError,
  SparkException,
  type JavaScriptFunctionError,
} from "../errors.js";
import type { AnalyzePlanResponse, ExecutePlanResponse } from "../gen/spark/connect/base_pb.js";
import { loopTurns, type LoopTurns } from "../loop-turns.js";
import type { Plan } from "../plan/command.js";
import { balanceChains, checkDepth, checkOwnDepth } from "../plan/deep-expressions.js";
import { completedBody, deferredFunctionsIn } from "../plan/deferred-calls.js";
import { balancedUnions } from "../plan/balanced-unions.js";
import { relation, relationDepth, type Relation, type RelationBody } from "../plan/relation.js";
import { factsOf } from "../plan/relation-facts.js";
import { structTypeOf } from "../plan/schema.js";
import { subqueriesOf, subqueryRefusal, withSubqueries, type PlanPart } from "../plan/subquery.js";
import type { ArrowCodec } from "./arrow-codec.js";
import type { CallOptions } from "./call-options.js";
import type { Logger } from "./logger.js";
import { callScopes } from "./call-scope.js";
import {
  executionProgress,
  type ExecutionProgress,
  type ProgressHandler,
} from "./execution-progress.js";
import { noteExecution } from "./note-execution.js";
import { ObservedAction } from "./observed-action.js";
import { DeployedSources } from "./deployed-sources.js";
import { functionFailure } from "../javascript/function-failure.js";
import { SentCode } from "./javascript/sent-code.js";
import { HeldRelations } from "./local-data/held-relations.js";
import { operationRules } from "./operation-rules.js";
import { OperationTags } from "./operation-tags.js";
import { PlanCompressor } from "./plan-compressor.js";
import type { SparkVersion } from "./spark-version.js";
import { publish } from "../transport/diagnostics.js";
import type { Analysis } from "../transport/client-requests.js";
import type { SparkConnectClient } from "../transport/spark-connect-client.js";
import type { Row } from "../types/row.js";
import type { StructType } from "../types/struct-type.js";

/**
 * A server reads messages nested 1024 levels deep (spark.connect.grpc.marshallerRecursionLimit), and each
 * relation takes two levels. Measured on 4.2: the server refuses a chain of 512 without an explanation.
 */
const MAX_RELATION_DEPTH = 510;

/** How many rows to hand out between two looks at the clock, which take a tenth of the time of a row. */
const ROWS_BETWEEN_CHECKS = 8;

/** The name of a response type, which is a case of the response's oneof. */
export type ResponseArm = NonNullable<ExecutePlanResponse["responseType"]["case"]>;
type ArmValue<C extends ResponseArm> = Extract<
  ExecutePlanResponse["responseType"],
  { case: C }
>["value"];

/**
 * Counts the relations of all sessions, so that their ids differ. The server then refuses a column of another
 * session's DataFrame, instead of resolving it to a relation with the same id.
 */
let nextPlanId = 0n;

/** Runs one session's plans for the layers above, and returns rows and answers. */
export class SparkConnection {
  readonly client: SparkConnectClient;
  readonly version: SparkVersion;
  /** Encodes values as Arrow and decodes them. */
  readonly arrow: ArrowCodec;
  readonly tags: OperationTags = new OperationTags();
  /** The data sources that this process registered in the session. */
  readonly sources: DeployedSources = new DeployedSources();
  /** The session's DataFrames of local rows. */
  readonly heldRelations: HeldRelations = new HeldRelations(this);
  /** Divides long work with values into slices. */
  readonly turns: LoopTurns;
  readonly logger: Logger | undefined;
  readonly #progressHandlers = new Set<ProgressHandler>();
  readonly #parts = new Map<object, object>();
  readonly #compressor: PlanCompressor;

  constructor(
    client: SparkConnectClient,
    version: SparkVersion,
    arrow: ArrowCodec,
    logger?: Logger,
    turns: LoopTurns = loopTurns,
  ) {
    this.client = client;
    this.version = version;
    this.arrow = arrow;
    this.#compressor = new PlanCompressor(client, version);
    this.logger = logger;
    this.turns = turns;
  }

  /**
   * The one instance of a class that belongs to this session, made at its first use: the layers above keep their
   * state of a session here, such as its listener bus.
   */
  part<T extends object>(Part: new (connection: SparkConnection) => T): T {
    const known = this.#parts.get(Part) as T | undefined;
    if (known !== undefined) return known;
    const made = new Part(this);
    this.#parts.set(Part, made);
    return made;
  }

  /** The handlers that receive the progress of executions. */
  get progressHandlers(): Set<ProgressHandler> {
    return this.#progressHandlers;
  }

  /**
   * Gives a relation an id that is unique in this process, and adds the relations of its subqueries.
   *
   * @throws {ArgumentError} the plan is too deep for a server, a subquery belongs to another session, or
   *   the operation does not support subqueries
   */
  relation(body: RelationBody): Relation {
    balanceChains(body);
    checkOwnDepth(body);
    const references = this.#subqueriesOf(body);
    const balanced = balancedUnions(body, (part) => relation(part, nextPlanId++));
    const alone = relation(balanced, nextPlanId++);
    const functions = deferredFunctionsIn(body);
    if (functions.size > 0)
      this.heldRelations.defer(alone, () => completedBody(body, functions, this));
    const made =
      references.length === 0 ? alone : relation(withSubqueries(alone, references), nextPlanId++);
    if (relationDepth(made) > MAX_RELATION_DEPTH) {
      throw new ArgumentError(
        "plan",
        `The plan is more than ${MAX_RELATION_DEPTH} operations deep, which Spark Connect cannot read. Pass several columns to one withColumns() or select(), or register the query so far with createOrReplaceTempView() and continue from spark.table().`,
      );
    }
    return made;
  }

  /** The relations of the subqueries in a part of a plan. Throws if the part does not support subqueries. */
  #subqueriesOf(part: PlanPart): Relation[] {
    const found = subqueriesOf(part);
    if (found.some(({ session }) => session !== this)) {
      throw new ArgumentError(
        "subquery",
        "The DataFrame of the subquery belongs to another session. Create it in this session, or write its rows to a table that both sessions can read.",
      );
    }
    const refusal = found.length === 0 ? undefined : subqueryRefusal(part.case);
    if (refusal !== undefined) throw new ArgumentError("subquery", refusal);
    return found.map(({ relation }) => relation);
  }

  /** Throws if a command has an expression that it does not support. */
  #checkCommand(command: PlanPart): void {
    this.#subqueriesOf(command);
    for (const { name } of deferredFunctionsIn(command))
      throw new ArgumentError(
        "column",
        `A command cannot call the TypeScript function ${name} itself. Add its result as a column with withColumn() first, and use that column.`,
      );
  }

  /** Sends an analysis request, which does not run the plan. */
  async analyze(analysis: Analysis, options: CallOptions = {}): Promise<AnalyzePlanResponse> {
    operationRules()?.checkAnalysis(analysis);
    checkDepth(analysis);
    await this.heldRelations.settle(analysis, options.signal);
    try {
      return await this.client.analyze(analysis, options);
    } catch (error) {
      throw this.#explained(error, analysis);
    }
  }

  /** Runs a plan and ignores its result. */
  async run(plan: Plan, options: CallOptions = {}): Promise<void> {
    const responses = this.#execute(plan, options);
    while ((await responses.next()).done !== true);
  }

  /**
   * Runs a command and returns its answer.
   *
   * @throws {ProtocolError} the command completed without that answer
   */
  async ask<C extends ResponseArm>(
    plan: Plan,
    arm: C,
    options: CallOptions = {},
  ): Promise<ArmValue<C>> {
    const answers: ArmValue<C>[] = [];
    for await (const each of this.answers(plan, arm, options)) answers.push(each);
    const [answer] = answers;
    if (answer === undefined) {
      throw new ProtocolError(
        "NO_ANSWER",
        `The server completed a command without the answer ${arm}.`,
      );
    }
    return answer;
  }

  /** Runs a command and yields its answers of one kind as they arrive. */
  async *answers<C extends ResponseArm>(
    plan: Plan,
    arm: C,
    options: CallOptions = {},
  ): AsyncGenerator<ArmValue<C>, void, undefined> {
    for await (const { responseType } of this.#execute(plan, options)) {
      if (responseType.case === arm) yield responseType.value as ArmValue<C>;
    }
  }

  /**
   * Yields the result's rows in slices of its batches, each once and in order.
   *
   * @param onBatch sees each batch before it is decoded, and ends the call by throwing
   */
  async *rowBatches(
    plan: Plan,
    options: DecodeOptions & CallOptions = {},
    onBatch?: (batch: ResultBatch) => void,
  ): AsyncGenerator<Row[], void, undefined> {
    const isDue = (): boolean => this.turns.isDue();
    for await (const { decoder, ipcStream } of this.#decodable(plan, options, onBatch))
      for (const rows of decoder.decodeSlices(ipcStream, isDue)) {
        yield rows;
        if (this.turns.isDue()) await this.turns.turn(options.signal);
      }
  }

  /** Yields the result's rows one by one, each once and in order. See rowBatches(). */
  async *rows(
    plan: Plan,
    options: DecodeOptions & CallOptions = {},
    onBatch?: (batch: ResultBatch) => void,
  ): AsyncGenerator<Row, void, undefined> {
    let count = 0;
    for await (const { decoder, ipcStream } of this.#decodable(plan, options, onBatch))
      for (const row of decoder.decodeEach(ipcStream)) {
        yield row;
        count += 1;
        if (count % ROWS_BETWEEN_CHECKS === 0 && this.turns.isDue())
          await this.turns.turn(options.signal);
      }
  }

  /** Yields the result's batches with their decoder. Wrong options fail before the plan is sent. */
  async *#decodable(
    plan: Plan,
    options: DecodeOptions & CallOptions,
    onBatch: ((batch: ResultBatch) => void) | undefined,
  ): AsyncGenerator<{ decoder: RowDecoder; ipcStream: Uint8Array }, void, undefined> {
    resolveDecodeOptions(options);
    let decoder: RowDecoder | undefined;
    for await (const batch of this.batches(plan, options)) {
      onBatch?.(batch);
      const { schema, ipcStream } = batch;
      decoder ??= new this.arrow.RowDecoder(schema, options);
      yield { decoder, ipcStream };
    }
  }

  /** Yields the result as Arrow IPC streams, each once and in order. An empty result may have no stream. */
  async *batches(
    plan: Plan,
    options: CallOptions = {},
  ): AsyncGenerator<ResultBatch, void, undefined> {
    const assembler = new this.arrow.BatchAssembler();
    let schema: StructType | undefined;
    for await (const response of this.#execute(plan, options)) {
      if (schema === undefined && response.schema !== undefined) {
        schema = structTypeOf(response.schema);
        if (plan.opType.case === "root") factsOf(plan.opType.value).schema = schema;
      }
      if (response.responseType.case !== "arrowBatch") continue;
      const ipcStream = assembler.push(response.responseType.value);
      if (ipcStream === undefined) continue;
      if (schema === undefined) {
        throw new ProtocolError("NO_SCHEMA", "The server sent rows before their schema.");
      }
      const numRows = Number(response.responseType.value.rowCount);
      this.client.telemetry?.batch(numRows, ipcStream.byteLength);
      publish("sparktide:batch", () => ({
        sessionId: this.client.sessionId,
        numRows,
        numBytes: ipcStream.byteLength,
      }));
      yield { schema, numRows, ipcStream };
      if (this.turns.isDue()) await this.turns.turn(options.signal);
    }
    assembler.finish();
  }

  async *#execute(
    plan: Plan,
    options: CallOptions,
  ): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    // Capture the scope, the tags and the rules before the first await: the caller's async context may change later.
    const scope = callScopes.current();
    const rules = operationRules();
    const tags = this.tags.current();
    const signal = anySignal(options.signal, scope?.signal);
    const action = new ObservedAction(plan);
    try {
      scope?.check();
      rules?.checkPlan(plan);
      checkDepth(plan);
      if (plan.opType.case === "command") this.#checkCommand(plan.opType.value.commandType);
      await this.heldRelations.settle(plan, signal);
      const responses = this.client.execute(await this.#compressor.compress(plan), {
        signal,
        tags: scope === undefined ? tags : [...tags, scope.tag],
        allowChunks: this.version.isAtLeast(4, 1),
      });
      const reported = this.#progressHandlers.size === 0 ? responses : this.#reporting(responses);
      for await (const response of reported) {
        noteExecution(plan, response);
        yield response;
      }
      action.completed();
    } catch (error) {
      const explained = this.#explained(error, plan);
      action.failed(explained);
      throw explained;
    } finally {
      action.end();
    }
  }

  /** The error with advice, or the error of a function in TypeScript that it reports. */
  #explained(error: unknown, plan: object): unknown {
    const failure = error instanceof SparkException ? this.functionFailure(error) : undefined;
    return failure ?? this.sources.explained(error, plan);
  }

  /** The error of a function or data source in TypeScript, if an error of Spark reports one. */
  functionFailure(error: SparkException): JavaScriptFunctionError | undefined {
    return functionFailure(error, (stack, codeId) => this.part(SentCode).mapStack(stack, codeId));
  }

  async *#reporting(
    responses: AsyncIterable<ExecutePlanResponse>,
  ): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    let last: ExecutionProgress | undefined;
    for await (const response of responses) {
      if (response.responseType.case === "executionProgress") {
        last = executionProgress(response.operationId, response.responseType.value);
        this.#report(last);
      }
      yield response;
    }
    if (last !== undefined) this.#report({ ...last, inflightTasks: 0, done: true });
  }

  #report(progress: ExecutionProgress): void {
    for (const handler of this.#progressHandlers) {
      try {
        handler(progress);
      } catch (error) {
        // An error in a handler must not end the query.
        this.logger?.error({ err: error }, "a progress handler failed");
      }
    }
  }
}

function anySignal(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

/** One batch of a result. */
export interface ResultBatch {
  readonly schema: StructType;
  readonly numRows: number;
  /** A complete Arrow IPC stream: schema, record batches, end. */
  readonly ipcStream: Uint8Array;
}
