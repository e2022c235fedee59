import type { IncomingMessage } from "node:http";
import type { DynamicStream } from "../../supervisor/dynamic-stream.js";
import { kindOf } from "../../value-kind.js";
import { API_VERSION, type CommandDocument, type CommandName } from "../documents.js";
import type { CommandOptions } from "../../supervisor/command-options.js";
import type { MonitoredService } from "../monitored-service.js";
import { settledWithin } from "../settled-within.js";
import type { WatchedStreams } from "../watched-streams.js";
import { HttpFailure } from "./http-failure.js";

/** The longest wait for a command. Proxies often end a request after a minute. */
const WAIT_MS = 30_000;
const LONGEST_NAME = 100;

/** The commands of a stream's page, and the methods of the service that they call. */
const METHODS: Readonly<
  Record<CommandName, "pause" | "resume" | "restart" | "stop" | "runNow" | "remove">
> = {
  pause: "pause",
  resume: "resume",
  restart: "restart",
  stop: "stop",
  run: "runNow",
  remove: "remove",
};

/** The commands that the service has. */
export function commandsOf(service: MonitoredService): CommandName[] {
  return (Object.keys(METHODS) as CommandName[]).filter(
    (name) => typeof service[METHODS[name]] === "function",
  );
}

/** Whether the text is the name of a command. */
export function isCommand(text: string): text is CommandName {
  return Object.hasOwn(METHODS, text);
}

/** The result of a command: the status of the answer, and the document. */
export interface CommandAnswer {
  /** 202 if the command still runs. Its end is an event of the log. */
  readonly status: 200 | 201 | 202;
  readonly document: CommandDocument;
}

/** Gives commands to a service. */
export class Commands {
  readonly #service: MonitoredService;
  readonly #streams: WatchedStreams;
  readonly #onLateFailure: (error: unknown) => void;

  /** @param onLateFailure receives the error of a command that failed after its answer was sent */
  constructor(
    service: MonitoredService,
    streams: WatchedStreams,
    onLateFailure: (error: unknown) => void,
  ) {
    this.#service = service;
    this.#streams = streams;
    this.#onLateFailure = onLateFailure;
  }

  /** `POST /api/streams/NAME/COMMAND`. */
  give(
    command: CommandName,
    stream: string,
    body: Readonly<Record<string, unknown>>,
    request: IncomingMessage,
  ): Promise<CommandAnswer> {
    allowOnly(body, ["by"]);
    const options = { by: giver(body, request) };
    const method = METHODS[command];
    const service = this.#service;
    if (typeof service[method] !== "function") throw notSupported(command);
    return this.#done(stream, 200, service[method](stream, options));
  }

  /** `POST /api/streams`. */
  add(body: Readonly<Record<string, unknown>>, request: IncomingMessage): Promise<CommandAnswer> {
    allowOnly(body, ["declaration", "by"]);
    const declaration = declarationOf(body);
    const options = { by: giver(body, request) };
    if (this.#service.add === undefined) throw notSupported("add");
    return this.#done(declaration.name, 201, this.#service.add(declaration, options));
  }

  /** `PUT /api/streams/NAME`. */
  upgrade(
    stream: string,
    body: Readonly<Record<string, unknown>>,
    request: IncomingMessage,
  ): Promise<CommandAnswer> {
    allowOnly(body, ["declaration", "watchBatches", "watchMs", "by"]);
    const declaration = declarationOf(body);
    if (declaration.name !== stream)
      throw invalid(
        `The declaration is named ${JSON.stringify(declaration.name)}, but the address names ${JSON.stringify(stream)}. An upgrade keeps the name.`,
      );
    const options = {
      by: giver(body, request),
      watchBatches: positive(body, "watchBatches"),
      watchMs: positive(body, "watchMs"),
    };
    if (this.#service.upgrade === undefined) throw notSupported("upgrade");
    return this.#done(stream, 200, this.#service.upgrade(stream, declaration, options));
  }

  async #done(
    stream: string,
    status: 200 | 201,
    command: Promise<unknown>,
  ): Promise<CommandAnswer> {
    const isDone = await settledWithin(command, WAIT_MS, this.#onLateFailure);
    const document = { apiVersion: API_VERSION, stream: this.#streams.summary(stream) } as const;
    return { status: isDone ? status : 202, document };
  }
}

/** Who gives the command, for the log: the client's own words, and its address. */
function giver(
  { by }: Readonly<Record<string, unknown>>,
  request: IncomingMessage,
): NonNullable<CommandOptions["by"]> {
  if (by !== undefined && (typeof by !== "string" || by === "" || by.length > LONGEST_NAME))
    throw invalid(`by must be a text of at most ${LONGEST_NAME} characters.`);
  const { remoteAddress } = request.socket;
  const from = remoteAddress === undefined ? "a local socket" : remoteAddress;
  return `${by ?? "Somebody"} (monitor, from ${from})`;
}

function declarationOf({ declaration }: Readonly<Record<string, unknown>>): DynamicStream {
  const isNamed =
    typeof declaration === "object" &&
    declaration !== null &&
    "name" in declaration &&
    typeof declaration.name === "string";
  // The service checks all the rest.
  if (isNamed) return declaration as DynamicStream;
  throw invalid(
    `The body needs the field declaration, an object with the stream's name, got ${kindOf(declaration)}.`,
  );
}

function positive(body: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw invalid(`${name} must be a number that is not negative.`);
}

function allowOnly(body: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalid(
      `Unknown field ${JSON.stringify(unknown.slice(0, LONGEST_NAME))} of the body. Known fields: ${names.join(", ")}.`,
    );
}

function invalid(message: string): HttpFailure {
  return new HttpFailure(400, "INVALID_ARGUMENT", message);
}

function notSupported(command: string): HttpFailure {
  return new HttpFailure(
    405,
    "COMMAND_NOT_SUPPORTED",
    `What this monitor watches has no command ${command}.`,
  );
}
