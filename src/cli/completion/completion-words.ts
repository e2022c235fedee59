import { COMMANDS } from "../commands.js";
import { COMMON_OPTIONS, type OptionSpec } from "../command.js";

/** An option as a shell completes it. */
export interface OptionWord {
  readonly name: string;
  readonly help: string;
  /** What follows the option: nothing, a path, or other text. */
  readonly value: "none" | "path" | "text";
}

/** A command as a shell completes it. */
export interface CommandWords {
  /** The words that name the command: `["streams", "list"]`. */
  readonly words: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionWord[];
}

/** The commands and their options, in the order of the help. */
export async function completionWords(): Promise<CommandWords[]> {
  return Promise.all(
    COMMANDS.map(async (command) => {
      const { name, summary } = command;
      const { options } = await command.load();
      return {
        words: name.split(" "),
        summary,
        options: Object.entries({ ...options, ...COMMON_OPTIONS }).map(([option, spec]) => ({
          name: `--${option}`,
          help: firstSentence(spec.help),
          value: valueOf(spec),
        })),
      };
    }),
  );
}

function valueOf({ type, value }: OptionSpec): OptionWord["value"] {
  if (type === "boolean") return "none";
  return value === "FILE" || value === "FOLDER" ? "path" : "text";
}

/** The first sentence, without characters that a shell would read as more than text. */
function firstSentence(help: string): string {
  const [first = ""] = help.split(/[.;]\s|;|\. /);
  return first.replace(/['"\\`$[\]:]/g, "").replace(/\.$/, "");
}
