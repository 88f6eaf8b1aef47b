/**
 * Compares versions of packages as dpkg and rpm do: numbers as numbers, words as words, and a tilde before everything,
 * so that 6.1.177-1~deb11u1 is before 6.1.177-1. Less than 0 when `a` is earlier.
 */
export function compareBuilds(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = comparePart(left[at], right[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

const partsOf = (build: string) => build.match(/\d+|[a-zA-Z]+|~/g) ?? [];

function comparePart(a: string | undefined, b: string | undefined): number {
  const kind = kindOf(a) - kindOf(b);
  if (kind !== 0 || a === undefined || b === undefined) return kind;
  if (kindOf(a) === NUMBER) return Number(a) - Number(b);
  return a < b ? -1 : Number(a > b);
}

const NUMBER = 3;

/** A tilde is before the end, the end before a word, and a word before a number. */
function kindOf(part: string | undefined): number {
  if (part === undefined) return 1;
  if (part === '~') return 0;
  return /^\d/.test(part) ? NUMBER : 2;
}
