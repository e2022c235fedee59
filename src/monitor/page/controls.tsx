import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CommandName, StreamSummary } from "../documents.js";
import { COMMANDS, explanation, usefulCommands } from "./commands.js";
import { usePage } from "./context.js";
import { Icon, type IconName } from "./icons.js";
import { listAddress } from "./route.js";

const ICONS: Readonly<Record<CommandName, IconName>> = {
  pause: "paused",
  resume: "running",
  restart: "retrying",
  stop: "stopped",
  run: "run",
  remove: "remove",
};

/** How long the result of a command is shown. */
const RESULT_MS = 6_000;

/** The buttons of the commands. Each asks back. */
export function Controls({
  stream,
  commands,
}: {
  readonly stream: StreamSummary;
  readonly commands: readonly CommandName[];
}): JSX.Element | null {
  const [asked, ask] = useState<CommandName>();
  const [result, setResult] = useState("");
  useEffect(() => {
    if (result === "") return undefined;
    const timer = setTimeout(() => {
      setResult("");
    }, RESULT_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [result]);
  if (commands.length === 0) return null;
  return (
    <div class="controls" role="group" aria-label="Commands">
      {usefulCommands(stream, commands).map((command) => (
        <button
          key={command}
          type="button"
          class={COMMANDS[command].isDangerous === true ? "danger" : undefined}
          onClick={() => {
            ask(command);
          }}
        >
          <Icon name={ICONS[command]} />
          {COMMANDS[command].label}
        </button>
      ))}
      {asked !== undefined && (
        <CommandDialog
          stream={stream}
          command={asked}
          close={(done) => {
            ask(undefined);
            if (done !== undefined) setResult(done);
          }}
        />
      )}
      <p class={result === "" ? "toast unseen" : "toast"} role="status">
        {result}
      </p>
    </div>
  );
}

function CommandDialog({
  stream: summary,
  command,
  close,
}: {
  readonly stream: StreamSummary;
  readonly command: CommandName;
  readonly close: (done?: string) => void;
}): JSX.Element {
  const { client, store } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const [failure, setFailure] = useState<string>();
  const [isSending, setSending] = useState(false);
  const text = COMMANDS[command];
  const stream = summary.name;
  useEffect(() => {
    // This puts the focus on the first button, which cancels.
    dialog.current?.showModal();
    if (text.isDangerous !== true) confirm.current?.focus();
  }, [text]);
  const send = async (): Promise<void> => {
    setSending(true);
    setFailure(undefined);
    try {
      const answer = await client.command(stream, command);
      if (answer.stream === null) store.changeStreams([], [stream], true);
      else store.changeStreams([answer.stream], [], true);
      // After a removal, this page has nothing to show.
      if (command === "remove") location.hash = listAddress();
      close(text.done(stream));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setSending(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby="dialog-title"
      aria-describedby="dialog-text"
      onClose={() => {
        close();
      }}
    >
      <h2 id="dialog-title">{text.question(stream)}</h2>
      <p id="dialog-text">{explanation(summary, command)}</p>
      {failure !== undefined && (
        <p class="error-text" role="alert">
          The command failed: {failure}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          ref={confirm}
          type="button"
          class={text.isDangerous === true ? "main danger" : "main"}
          disabled={isSending}
          onClick={() => {
            void send();
          }}
        >
          {isSending ? "Sending" : text.label}
        </button>
      </div>
    </dialog>
  );
}
