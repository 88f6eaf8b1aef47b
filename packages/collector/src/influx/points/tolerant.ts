import { messageOf, type PermanentError } from '@nestwatch/common/errors';
import { harmlessUpTo } from '@nestwatch/common/harmless';
import type { Log } from '@nestwatch/common/log';
import { PartialWriteError } from '../partial-write.ts';
import type { Store } from '../store.ts';
import { writeHalving } from './write-halving.ts';

/** When this many lines are refused one by one, it is not single lines that are wrong. */
const MOST_REFUSED = 20;
const SHOWN_CHARACTERS = 300;

/**
 * A store whose `write` loses of a refused request only the lines that are refused alone, and says which: one bad point of
 * one node does not cost the others theirs.
 * @throws PermanentError when all lines are refused, or many
 */
export function tolerant<S extends Pick<Store, 'write'>>(store: S, log: Log): S {
  return {
    ...store,
    async write(lines) {
      const refused: { line: string; error: PermanentError }[] = [];
      const write = async (some: readonly string[]) => {
        await store.write(some).catch((error: unknown) => {
          // Too old to be kept: nobody misses it.
          if (!(error instanceof PartialWriteError && error.reason === 'expired')) throw error;
        });
        return true;
      };
      await writeHalving(lines, write, (line, error) => {
        refused.push({ line, error });
        if (refused.length === lines.length || refused.length > MOST_REFUSED) throw error;
      });
      for (const { line, error } of refused) {
        const shown = harmlessUpTo(line, SHOWN_CHARACTERS);
        log.error('InfluxDB refused a computed point', { line: shown, error: messageOf(error) });
      }
    },
  };
}
