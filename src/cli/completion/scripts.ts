// The completion scripts. They contain all names, so that a completion starts no process.

import type { CommandWords, OptionWord } from "./completion-words.js";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion script of a shell. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  switch (shell) {
    case "bash":
      return bashScript(commands);
    case "zsh":
      return zshScript(commands);
    case "fish":
      return fishScript(commands);
  }
}

/** The first words of all commands, each with the summary to show beside it. */
function firstWords(commands: readonly CommandWords[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { words, summary } of commands) {
    const [word = ""] = words;
    const isGroup = words.length > 1;
    if (!first.has(word)) first.set(word, isGroup ? `commands for ${word}` : summary);
  }
  return first;
}

/** The second words of a group of commands. */
function groupOf(commands: readonly CommandWords[], group: string): readonly CommandWords[] {
  return commands.filter(({ words }) => words.length > 1 && words[0] === group);
}

function groups(commands: readonly CommandWords[]): string[] {
  return [...firstWords(commands).keys()].filter((word) => groupOf(commands, word).length > 0);
}

function bashScript(commands: readonly CommandWords[]): string {
  const paths = new Set(
    commands.flatMap(({ options }) =>
      options.filter(({ value }) => value === "path").map(({ name }) => name),
    ),
  );
  const texts = new Set(
    commands.flatMap(({ options }) =>
      options.filter(({ value }) => value === "text").map(({ name }) => name),
    ),
  );
  return `# sparktide completion for bash. Load it with: source <(sparktide completion bash)
_sparktide() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "$previous" in
    ${[...paths].join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    ${[...texts].join("|")}) COMPREPLY=(); return ;;
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${commands
  .map(({ words, options }) => {
    const pattern = words.length > 1 ? `"${words.join(" ")}"` : `"${words[0] ?? ""} "*`;
    return `    ${pattern}) words="${options.map(({ name }) => name).join(" ")}" ;;`;
  })
  .join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${[...firstWords(commands).keys(), "help", "--help", "--version"].join(" ")}"
  fi
${groups(commands)
  .map(
    (group) => `  if [ "$COMP_CWORD" -eq 2 ] && [ "\${COMP_WORDS[1]}" = ${group} ]; then
    words="${groupOf(commands, group)
      .map(({ words: [, second = ""] }) => second)
      .join(" ")} --help"
  fi`,
  )
  .join("\n")}
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o filenames -F _sparktide sparktide
`;
}

function zshScript(commands: readonly CommandWords[]): string {
  const optionLine = ({ name, help, value }: OptionWord): string => {
    const argument = { none: "", path: ":file:_files", text: ":value:" }[value];
    return `'${name}[${help}]${argument}'`;
  };
  return `#compdef sparktide
# sparktide completion for zsh. Load it with: source <(sparktide completion zsh)
_sparktide() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${[...firstWords(commands)].map(([word, help]) => `      '${word}:${help}'`).join("\n")}
    )
    _describe command commands
    return
  fi
  case "$words[2] $words[3]" in
${commands
  .map(({ words, options }) => {
    const pattern = words.length > 1 ? `"${words.join(" ")}"` : `"${words[0] ?? ""} "*`;
    return `    ${pattern})
      _arguments ${options.map(optionLine).join(" ")} '*:argument:_files' ;;`;
  })
  .join("\n")}
${groups(commands)
  .map(
    (group) => `    "${group} "*)
      local -a commands=(${groupOf(commands, group)
        .map(({ words: [, second = ""], summary }) => `'${second}:${summary}'`)
        .join(" ")})
      _describe command commands ;;`,
  )
  .join("\n")}
  esac
}
compdef _sparktide sparktide
`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const first = firstWords(commands);
  const lines = [...first].map(
    ([word, help]) => `complete -c sparktide -n __fish_use_subcommand -f -a ${word} -d '${help}'`,
  );
  for (const group of groups(commands)) {
    const members = groupOf(commands, group);
    const seconds = members.map(({ words: [, second = ""] }) => second).join(" ");
    for (const { words, summary } of members) {
      lines.push(
        `complete -c sparktide -n '__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${seconds}' -f -a ${words[1] ?? ""} -d '${summary}'`,
      );
    }
  }
  for (const { words, options } of commands) {
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    for (const { name, help, value } of options) {
      const argument = { none: "", path: " -r -F", text: " -x" }[value];
      lines.push(`complete -c sparktide -n '${seen}' -l ${name.slice(2)}${argument} -d '${help}'`);
    }
  }
  return `# sparktide completion for fish. Load it with: sparktide completion fish | source\n${lines.join("\n")}\n`;
}
