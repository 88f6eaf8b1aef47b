/** The choice in force, from a file that marks it among all: "always [madvise] never" is "madvise". */
export function parseChoice(text: string): string | undefined {
  return /\[([\w-]+)\]/.exec(text)?.[1];
}
