import type { CommandTable } from './command-table.ts';

/** What bash completes after a program's name: commands, then the command's options, and settings after a dash. */
export function bashCompletion({ name, commands, options, settings }: CommandTable): string {
  const identifier = `_${name.replaceAll('-', '_')}`;
  const flags = [...options, ...settings].map(({ flag }) => flag).join(' ');
  const cases = commands.map(
    (command) => `    ${command.name}) words='${command.options.map(({ flag }) => flag).join(' ')}' ;;\n`,
  );
  const names = commands.map((command) => command.name);
  return `# bash completion for ${name}
${identifier}() {
  local word=\${COMP_WORDS[COMP_CWORD]} command='' words='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
    ${names.join('|')}) command=\${COMP_WORDS[at]} && break ;;
    esac
  done
  case $command in
    '') words='${names.join(' ')}' ;;
${cases.join('')}  esac
  case $word in -*) words="$words ${flags}" ;; esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F ${identifier} ${name}
`;
}

/** The same for fish, with what each means. */
export function fishCompletion({ name, commands, options, settings }: CommandTable): string {
  const line = (...words: string[]) => `complete -c ${name} ${words.join(' ')}\n`;
  const option = ({ flag, isSwitch, meaning }: CommandTable['options'][number]) =>
    ['-l', flag.slice(2), ...(isSwitch ? [] : ['-r']), '-d', quoted(meaning)] as const;
  return [
    `# fish completion for ${name}\n`,
    ...commands.map((each) =>
      line('-f -n __fish_use_subcommand', '-a', each.name, '-d', quoted(each.meaning)),
    ),
    ...commands.flatMap((each) =>
      each.options.map((own) =>
        line('-n', quoted(`__fish_seen_subcommand_from ${each.name}`), ...option(own)),
      ),
    ),
    ...[...options, ...settings].map((each) => line(...option(each))),
  ].join('');
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
