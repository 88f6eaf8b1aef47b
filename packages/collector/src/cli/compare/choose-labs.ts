import { UsageError } from '@nestwatch/common/errors';
import { DAY_MS, readNodes } from '../../read/nodes.ts';
import type { HistoryReader } from '../../read/query.ts';
import { chooseLab } from '../choose-lab.ts';

/** Longer than thinned-out points are usually kept. */
const LONGEST_MS = 800 * DAY_MS;

/**
 * The lab that is compared with itself; undefined where two were named.
 * @throws UsageError when a named lab has never reported, in all that is kept
 */
export async function chooseLabs(
  store: HistoryReader,
  words: readonly string[],
  both: readonly string[],
): Promise<string | undefined> {
  const [word, ...more] = words;
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is not expected: give one lab`);
  if (both.length === 0) return knownLab(store, word);
  if (word !== undefined) throw new UsageError(`${word} is not expected: --lab names both labs`);
  for (const lab of both) await knownLab(store, lab);
  return undefined;
}

/** A lab that was taken down may be known by its thinned-out points alone. */
async function knownLab(store: HistoryReader, named: string | undefined): Promise<string> {
  try {
    return await chooseLab(store, named);
  } catch (error) {
    if (!(error instanceof UsageError) || named === undefined) throw error;
    const thinned = { query: store.queryThinned };
    const found = await readNodes(thinned, [], { lab: named, spanMs: LONGEST_MS });
    if (found.length === 0) throw error;
    return named;
  }
}
