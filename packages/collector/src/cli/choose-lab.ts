import { UsageError } from '@nestwatch/common/errors';
import { readLabs } from '../read/nodes.ts';
import type { Reader } from '../read/query.ts';

/**
 * The lab that was named, or the only one there is.
 * @throws UsageError that lists the labs when there are several, or when the named one is none of them
 */
export async function chooseLab(store: Reader, named: string | undefined): Promise<string> {
  const labs = (await readLabs(store)).sort();
  const [only] = labs;
  if (only === undefined) throw new UsageError('no lab has reported in the last 30 days');
  const list = labs.join(', ');
  if (named === undefined && labs.length > 1) throw new UsageError(`give one of the labs: ${list}`);
  if (named !== undefined && !labs.includes(named)) {
    throw new UsageError(`unknown lab ${named}; known: ${list}`);
  }
  return named ?? only;
}
