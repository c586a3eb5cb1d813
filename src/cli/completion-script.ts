/** Completion scripts for three shells. Pure. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export interface CommandWords {
  name: string;
  description: string;
  /** What may come right after the command: its subcommands, or the choices of its argument. */
  follow: readonly string[];
  options: { name: string; description: string; takesValue: boolean; choices: readonly string[] }[];
}

export function completionScript(shell: Shell, commands: CommandWords[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

function bashScript(commands: CommandWords[]): string {
  const cases = commands.map(({ name, follow, options }) => {
    const words = [...follow, ...options.map((option) => `--${option.name}`)];
    return `    ${name}) words="${words.join(' ')}" ;;`;
  });
  const choices = [
    ...new Map(commands.flatMap(({ options }) => options.map((option) => [option.name, option]))).values(),
  ]
    .filter((option) => option.choices.length > 0)
    .map((option) => `    --${option.name}) words="${option.choices.join(' ')}" ;;`);
  return `# bash completion for livestream
_livestream() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" word
  words="${commands.map(({ name }) => name).join(' ')}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
${cases.map((line) => line.replace(' ;;', '; break ;;').replace(/^ {4}/, '      ')).join('\n')}
    esac
  done
  case "$previous" in
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _livestream livestream
`;
}

function zshScript(commands: CommandWords[]): string {
  const described = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`);
  const cases = commands.map(({ name, follow, options }) => {
    const specs = options.map(zshOption).join(' ');
    const first = follow.length > 0 ? ` '1: :(${follow.join(' ')})'` : '';
    return `    ${name}) _arguments ${specs}${first} '*: :' ;;`;
  });
  return `#compdef livestream
_livestream() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _livestream ]; then _livestream "$@"; else compdef _livestream livestream; fi
`;
}

function zshOption({ name, description, takesValue, choices }: CommandWords['options'][number]): string {
  const text = description.replace(/[[\]:]/g, ' ');
  const value = takesValue ? `:${name}:${choices.length > 0 ? `(${choices.join(' ')})` : ''}` : '';
  return quoted(`--${name}[${text}]${value}`);
}

function fishScript(commands: CommandWords[]): string {
  const lines = commands.flatMap(({ name, description, follow, options }) => [
    `complete -c livestream -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...(follow.length > 0
      ? [`complete -c livestream -f -n '__fish_seen_subcommand_from ${name}' -a ${quoted(follow.join(' '))}`]
      : []),
    ...options.map(
      (option) => `complete -c livestream -f -n '__fish_seen_subcommand_from ${name}' ${fishOption(option)}`,
    ),
  ]);
  return `# fish completion for livestream\n${lines.join('\n')}\n`;
}

function fishOption({ name, description, takesValue, choices }: CommandWords['options'][number]): string {
  const value = takesValue ? ` -r${choices.length > 0 ? ` -a ${quoted(choices.join(' '))}` : ''}` : '';
  return `-l ${name}${value} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
