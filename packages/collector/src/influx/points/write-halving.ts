import { PermanentError } from '@nestwatch/common/errors';

/**
 * Writes items together; what is refused is halved until those that are refused stand alone, so that they cost the
 * others only requests.
 * @param write resolves with false when it was told to stop @throws PermanentError when what it was given is refused
 * @param refused called with each item that is refused alone
 * @returns false when it was stopped
 */
export async function writeHalving<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<boolean>,
  refused: (item: T, error: PermanentError) => void | Promise<void>,
): Promise<boolean> {
  const [first] = items;
  if (first === undefined) return true;
  try {
    return await write(items);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    if (items.length > 1) return await writeHalves(items, write, refused);
    await refused(first, error);
    return true;
  }
}

/** The same for items of which it is known that they are refused together. */
export async function writeHalves<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<boolean>,
  refused: (item: T, error: PermanentError) => void | Promise<void>,
): Promise<boolean> {
  const half = Math.ceil(items.length / 2);
  return (
    (await writeHalving(items.slice(0, half), write, refused)) &&
    (await writeHalving(items.slice(half), write, refused))
  );
}
