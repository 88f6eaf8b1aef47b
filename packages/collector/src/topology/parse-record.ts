/** An object from its JSON; undefined when it is none, or not whole. */
export function parseRecord<T extends object>(
  text: string,
  isWhole: (given: Partial<T>) => boolean,
): T | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof given === 'object' && given !== null && isWhole(given) ? (given as T) : undefined;
}
