/** One line of modprobe's configuration, or one option of the kernel's command line, and where it stands. */
export interface ModprobeLine {
  readonly file: string;
  readonly words: readonly string[];
}

export const KERNEL_COMMAND_LINE = '/proc/cmdline';

/**
 * Lines as words, as kmod reads them (libkmod-config.c): a backslash at the end joins the next line, also to a comment;
 * `#` begins a comment at the start of a line alone; the kernel takes quotes off values.
 */
export function parseModprobe(text: string): string[][] {
  return text
    .replace(/\\\r?\n/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => splitQuoted(line));
}

/** Words between blanks; quotes hold blanks together and go away. */
export function splitQuoted(text: string): string[] {
  const words = text.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  return words.map((word) => word.replace(/"/g, ''));
}

/**
 * What the kernel's command line says to modprobe and to modules, as lines of modprobe.d. `module_blacklist=` is the
 * kernel's own: its last one counts, and it refuses the module whoever asks.
 */
export function parseCommandLine(text: string): string[][] {
  const words = splitQuoted(text);
  const refused = words.filter((word) => word.startsWith('module_blacklist=')).at(-1);
  const lines = words.flatMap((word) => {
    const blocked = /^modprobe\.blacklist=(.*)$/.exec(word)?.[1]?.split(',');
    if (blocked !== undefined) return blocked.map((module) => ['blacklist', module]);
    const [, module, option] = /^([\w-]+)\.([\w-]+(?:=.*)?)$/.exec(word) ?? [];
    return module === undefined || option === undefined ? [] : [['options', module, option]];
  });
  const names = refused?.slice('module_blacklist='.length).split(',') ?? [];
  return [...lines, ...names.map((module) => ['refuse', module])];
}
