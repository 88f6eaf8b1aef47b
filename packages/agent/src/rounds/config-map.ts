import { parseDuration, parser, refused } from '@nestwatch/common/config/setting';
import { messageOf, UsageError } from '@nestwatch/common/errors';

/** Parses the members of a map that are given. @throws UsageError naming what is wrong */
export function parseMap<T extends Readonly<Record<string, ReturnType<typeof parser>>>>(
  given: unknown,
  members: T,
): { [K in keyof T]?: ReturnType<T[K]> } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refused(given, 'a map');
  const entries = Object.entries(given).map(([name, value]) => {
    const parse = Object.hasOwn(members, name) ? members[name] : undefined;
    if (parse === undefined) {
      throw new UsageError(`unknown member ${name}; known: ${Object.keys(members).join(', ')}`);
    }
    try {
      return [name, parse(value)];
    } catch (error) {
      throw new UsageError(`${name}: ${messageOf(error)}`, { cause: error });
    }
  });
  return Object.fromEntries(entries);
}

export const text = parser('a text', (given) => (typeof given === 'string' ? given : undefined));

export const words = (least: number) =>
  parser('a list of words', (given) =>
    Array.isArray(given) && given.length >= least && given.every((each) => typeof each === 'string')
      ? (given as readonly string[])
      : undefined,
  );

export const oneOf = <const T extends string>(choices: readonly T[]) =>
  parser(`one of ${choices.join(', ')}`, (given) => choices.find((each) => each === given));

/** "30m" → 1800000. */
export const durationOf = (leastMs: number) =>
  parser('a time such as 30m', (given) => {
    const ms = parseDuration(given);
    return ms !== undefined && ms >= leastMs ? ms : undefined;
  });
