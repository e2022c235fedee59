// The program that runs beside each Python worker of Spark. bridge.py starts it and sends it requests.

import { inspect } from "node:util";
import type { DataType } from "../../types/data-type.js";
import { dataTypeFromJsonText } from "../../types/parse-schema-json.js";
import { resultsOf } from "./call-function.js";
import { describedFailure } from "./failure.js";
import { Frame, FrameSocket, partsOfContent } from "./frames.js";
import { restrictNetwork } from "./network-rule.js";
import { InputReader } from "./input-rows.js";
import { loadedCode, type LoadedCode, type LoadRequest } from "./loaded-code.js";
import {
  calledMethod,
  requireRows,
  useMethodRows,
  type MethodRequest,
  type MethodRows,
} from "./objects.js";
import { encodedResults, encodedRows } from "./output-rows.js";
import { processedRows, type ProcessEnd, type ProcessRequest } from "./processor.js";
import { offerValues } from "./offered-values.js";
import { calledWriter, type WriterRequest } from "./writers.js";

/** The hash at the start of a request's content. */
const ID_CHARACTERS = 64;

const socket = new FrameSocket(Number(process.env["SPARKTIDE_FD"]));
const loaded = new Map<string, LoadedCode>();
/** The readers of functions' arguments. */
const argumentReaders = new Map<string, InputReader>();
let signedAt = 0;

offerValues();
restrictNetwork(process.env["SPARKTIDE_NETWORK"]);
delete process.env["SPARKTIDE_NETWORK"];
delete process.env["SPARKTIDE_FD"];
// A promise that nobody awaits must not end the process, but the log has to show it.
process.on("unhandledRejection", (reason) => {
  process.stderr.write(`Unhandled rejection in TypeScript on the cluster: ${inspect(reason)}\n`);
});

/** Tells Python that a long batch is still in work. */
function signProgress(): void {
  const now = performance.now();
  if (now - signedAt < 250) return;
  signedAt = now;
  void socket.send(Frame.progress);
}

function codeOf(content: Buffer): LoadedCode {
  const id = content.toString("latin1", 0, ID_CHARACTERS);
  const code = loaded.get(id);
  if (code === undefined) throw new Error(`The code ${id} is not loaded.`);
  return code;
}

/** The JSON after the code's id. */
function requestOf(content: Buffer): unknown {
  return JSON.parse(content.toString("utf8", ID_CHARACTERS));
}

/** Sends rows, and at their end the answer that comes with them. */
async function sendRows({ rows, end }: MethodRows, schema: DataType | undefined): Promise<void> {
  if (schema?.kind !== "struct") throw new TypeError("The schema must have columns.");
  let last: Uint8Array | undefined;
  for await (const { stream, isLast } of encodedRows(rows, schema)) {
    if (isLast) last = stream;
    else await socket.send(Frame.result, stream);
  }
  await socket.idle();
  // The last rows travel with the end.
  if (last !== undefined) await socket.tell(Frame.result, last);
  await socket.sendJson(Frame.done, end);
}

/** The rows that Python hands out when it is asked. */
async function* inputRows(
  reader = new InputReader("object"),
): AsyncGenerator<unknown, void, undefined> {
  for (;;) {
    const { kind, content } = await socket.ask(Frame.next);
    if (kind === Frame.inputEnd) return;
    yield* rowsIn(reader, content);
  }
}

function* rowsIn(reader: InputReader, content: Buffer): Generator<unknown, void> {
  for (const { numRows, rowAt } of reader.batches(content))
    for (let index = 0; index < numRows; index++) yield rowAt(index);
}

/** The arguments after the rows: the key of a group, if there is one. */
function keyIn(content: Buffer): readonly unknown[] {
  const key = content.subarray(ID_CHARACTERS);
  if (key.length === 0) return [];
  const [batch] = new InputReader("object").batches(Buffer.from(key));
  return [batch?.rowAt(0)];
}

/** The rows that a method of a stateful processor yields. */
function processed(code: LoadedCode, content: Buffer): MethodRows {
  const { head, rest } = partsOfContent(content.subarray(ID_CHARACTERS));
  const request = head as ProcessRequest;
  const { keys, rows } = code.readers;
  const { keyBytes, readAhead } = request;
  const rowsAt = keyBytes + (readAhead?.bytes ?? 0);
  const [batch] = keyBytes === 0 ? [] : keys.batches(rest.subarray(0, keyBytes));
  const first = rest.subarray(rowsAt);
  async function* input(): AsyncGenerator<unknown, void> {
    if (first.length > 0) yield* rowsIn(rows, first);
    if (!request.hasAllRows) yield* inputRows(rows);
  }
  const end: ProcessEnd = { firstRead: null };
  const received = {
    key: batch?.rowAt(0),
    rows: input(),
    readAhead:
      readAhead === null
        ? undefined
        : {
            state: readAhead.state,
            content: rest.subarray(keyBytes, rowsAt),
          },
  };
  return { rows: processedRows(code, socket, request, received, end), end };
}

/** The rows of a table function for all rows of its arguments. */
async function* tableRows(code: LoadedCode, content: Buffer): AsyncGenerator {
  const batches = new InputReader("array").batches(Buffer.from(content.subarray(ID_CHARACTERS)));
  for (const { numRows, rowAt } of batches)
    for (let index = 0; index < numRows; index++) {
      const rows = await code.value(...(rowAt(index) as unknown[]));
      if (rows !== undefined && rows !== null) yield* requireRows(rows, code.name);
    }
}

async function callFunction(code: LoadedCode, content: Buffer): Promise<void> {
  const id = content.toString("latin1", 0, ID_CHARACTERS);
  let reader = argumentReaders.get(id);
  if (reader === undefined) argumentReaders.set(id, (reader = new InputReader("array")));
  let results: unknown[] = [];
  for (const batch of reader.batches(content.subarray(ID_CHARACTERS))) {
    const more = await resultsOf(code.value, batch, code.concurrency, signProgress);
    results = results.length === 0 ? more : [...results, ...more];
  }
  const { returnType, name } = code;
  if (returnType === undefined) throw new Error(`${name} has no result type.`);
  await socket.send(Frame.result, encodedResults(results, returnType, name));
}

async function answer(kind: number, content: Buffer): Promise<void> {
  switch (kind) {
    case Frame.load: {
      const request = JSON.parse(content.toString()) as LoadRequest;
      loaded.set(request.id, await loadedCode(request));
      return socket.send(Frame.done);
    }
    case Frame.scalar:
      return callFunction(codeOf(content), content);
    case Frame.map: {
      const code = codeOf(content);
      const rows = code.value(inputRows(), ...keyIn(content)) as AsyncIterable<unknown>;
      return sendRows({ rows: requireRows(rows, code.name) }, code.returnType);
    }
    case Frame.process: {
      const code = codeOf(content);
      return sendRows(processed(code, content), code.returnType);
    }
    case Frame.table: {
      const code = codeOf(content);
      return sendRows({ rows: tableRows(code, content) }, code.returnType);
    }
    case Frame.call:
      return socket.sendJson(
        Frame.value,
        await calledMethod(codeOf(content), requestOf(content) as MethodRequest),
      );
    case Frame.read: {
      const request = requestOf(content) as MethodRequest;
      const schema = dataTypeFromJsonText(request.schema ?? "");
      return useMethodRows(codeOf(content), request, (rows) => sendRows(rows, schema));
    }
    case Frame.write: {
      const request = requestOf(content) as WriterRequest;
      const answer = await calledWriter(codeOf(content), request, inputRows(), signProgress);
      await socket.idle();
      return socket.sendJson(Frame.done, answer);
    }
    default:
      throw new Error(`Unknown frame ${kind}.`);
  }
}

/** The code that a request is about, for an error. */
function codeIn(kind: number, content: Buffer): { readonly name: string; readonly id: string } {
  if (kind === Frame.load) return JSON.parse(content.toString()) as LoadRequest;
  const id = content.toString("latin1", 0, ID_CHARACTERS);
  return { id, name: loaded.get(id)?.name ?? "" };
}

for (;;) {
  const { kind, content } = await socket.receive();
  try {
    await answer(kind, content);
  } catch (error) {
    await socket.idle();
    await socket.sendJson(Frame.error, describedFailure(error, codeIn(kind, content)));
  }
}
