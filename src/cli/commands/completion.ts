import type { Command } from "../command.js";
import { completionScript, SHELLS, type Shell } from "../completion/scripts.js";
import { completionWords } from "../completion/completion-words.js";
import { EXIT, UsageError } from "../exit-code.js";

export const completion: Command = {
  name: "completion",
  summary: "Print a script that completes commands and options in your shell",
  usage: "SHELL",
  maxArguments: 1,
  options: {},
  notes: [
    `SHELL is ${SHELLS.join(", ")}. Load the script when the shell starts: add \`source <(sparktide completion bash)\` to ~/.bashrc, \`source <(sparktide completion zsh)\` to ~/.zshrc below compinit, or \`sparktide completion fish | source\` to ~/.config/fish/config.fish. A shell completes the command \`sparktide\`, so install the package with npm install --global, or write alias sparktide="npx sparktide".`,
  ],
  run: async ({ arguments: [shell = ""], terminal }) => {
    if (!isShell(shell)) {
      throw new UsageError(
        `completion needs a shell: ${SHELLS.join(", ")}. Got ${JSON.stringify(shell)}.`,
      );
    }
    await terminal.print(completionScript(shell, await completionWords()));
    return EXIT.ok;
  },
};

function isShell(text: string): text is Shell {
  return SHELLS.some((shell) => shell === text);
}
