/** Words of /proc/PID/cmdline, which stand with NUL between. */
export function splitCommandLine(text: string): string[] {
  const words = text.split('\0');
  if (words.at(-1) === '') words.pop();
  return words;
}

/** An option with the values that follow it, such as ["net", ["tap=,mac=02:…"]]. The dashes are taken off. */
export type Argument = readonly [option: string, values: readonly string[]];

/** Options in their order; a word that starts with a dash begins one, and `--option=value` counts as two words. */
export function parseArguments(words: readonly string[]): Argument[] {
  const found: [string, string[]][] = [];
  for (const word of words) {
    const match = /^--?([A-Za-z][A-Za-z0-9_-]*)(?:=(.*))?$/s.exec(word);
    if (match?.[1] !== undefined) found.push([match[1], match[2] === undefined ? [] : [match[2]]]);
    else found.at(-1)?.[1].push(word);
  }
  return found;
}

/** First value of each use of an option. */
export function valuesOf(args: readonly Argument[], ...options: readonly string[]): string[] {
  return args.filter(([option]) => options.includes(option)).map(([, values]) => values[0] ?? '');
}

/**
 * Whether QEMU has a file of further options: Incus and LXD tell everything there, Proxmox its buses. Then what is not
 * on the command line need not be the default.
 */
export function readsConfig(args: readonly Argument[]): boolean {
  return args.some(([option]) => option === 'readconfig');
}

/** First value of the last use of an option, which is the one that counts; undefined when it is not used. */
export function lastOf(args: readonly Argument[], ...options: readonly string[]): string | undefined {
  return valuesOf(args, ...options).at(-1);
}
