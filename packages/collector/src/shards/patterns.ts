/** A lab by name, or several: `*` stands for any characters. */
export const PATTERN = /^[A-Za-z0-9*][A-Za-z0-9_*-]{0,63}$/;

/** The pattern of a shard that has every lab which no other has. */
export const REST = '*';

export const isExact = (pattern: string): boolean => !pattern.includes('*');

export function matches(pattern: string, lab: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(lab);
}

/** A name that two patterns both match; undefined where there is none. */
export function sharedName(one: string, other: string): string | undefined {
  const [left, right] = [one[0], other[0]];
  if (left === undefined && right === undefined) return '';
  if (left === '*') return sharedName(one.slice(1), other) ?? past(right, one, other);
  if (right === '*') return sharedName(one, other.slice(1)) ?? past(left, other, one);
  return left === right ? joined(left, sharedName(one.slice(1), other.slice(1))) : undefined;
}

/** A star takes the next character of the other pattern. */
function past(next: string | undefined, star: string, other: string): string | undefined {
  if (next === undefined) return undefined;
  const rest = sharedName(star, other.slice(1));
  return next === '*' ? rest : joined(next, rest);
}

const joined = (first: string | undefined, rest: string | undefined) =>
  first === undefined || rest === undefined ? undefined : first + rest;
