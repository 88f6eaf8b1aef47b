import { type Found, type Host, parseFound } from './host.ts';

/** The selected value of a file such as /sys/kernel/mm/transparent_hugepage/enabled. */
export async function readChoice(host: Host, path: string): Promise<Found<string>> {
  return parseFound(await host.read(path, 256), parseChoice, `${path}: no value is selected`);
}

/** The marked one of all choices: "always [madvise] never" is "madvise"; one may be made of two, as "defer+madvise". */
export function parseChoice(text: string): string | undefined {
  return /\[([\w+-]+)\]/.exec(text)?.[1];
}
