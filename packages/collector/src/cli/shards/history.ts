import type { CommandContext } from '@nestwatch/common/cli/program';
import { RetryableError, UsageError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import { type MovedRow, moveHistory } from '../../influx/move/move-history.ts';
import type { Progress } from '../../influx/move/progress.ts';
import { openSource, type Source } from '../../influx/move/source.ts';
import type { InfluxConfig } from '../../influx/settings.ts';
import { openStore } from '../../influx/store.ts';
import { storeName, withStore } from '../../influx/store-name.ts';
import { forShard, type Shard } from '../../shards/shard-file.ts';
import type { UserSchema } from '../settings.ts';

interface LabHistory {
  readonly lab: string;
  /** Shards that may have history of it. */
  readonly from: readonly Shard[];
  readonly target: Shard;
  readonly say: (text: string) => void;
}

/** Points may stand a little ahead of the clock. */
const AHEAD_US = 3_600_000_000;

/**
 * Puts what a lab stored before into the database of its shard, beside what comes; the same point twice is one. It stays in
 * the other database until that forgets it, where nobody looks for it any more.
 * @returns undefined when it was told to stop
 */
export async function moveLabHistory(
  { config, signal, stderr }: CommandContext<UserSchema>,
  { lab, from, target, say }: LabHistory,
): Promise<MovedRow[] | undefined> {
  const log = createLog({ level: 'info', format: 'text', write: (line) => void stderr.write(line) });
  const to = forShard(config, target);
  const moved: MovedRow[] = [];
  for (const shard of from) {
    const source = await sourceOf(forShard(config, shard), lab);
    if (source === undefined) continue;
    say(`the history of lab ${lab} goes from shard ${shard.name} to shard ${target.name}`);
    const rows = await moveHistory({
      source,
      lab,
      targetName: storeName(to),
      openTarget: (name) => openStore(withStore(to, name)),
      progress: inMemory(),
      endUs: Date.now() * 1000 + AHEAD_US,
      again: (act) =>
        retryUntil(act, {
          signal,
          log,
          failing: 'a database does not answer, retrying',
          working: 'it answers again',
          giveUp: (error) => !(error instanceof RetryableError),
        }).then((result) => (signal.aborted ? undefined : result)),
      onProgress: () => undefined,
    });
    if (rows === undefined) return undefined;
    moved.push(...rows);
  }
  return moved;
}

/** Undefined where a database has nothing of the lab. */
async function sourceOf(config: InfluxConfig, lab: string): Promise<Source | undefined> {
  try {
    const source = await openSource(config, lab);
    const measurements = await source.measurementsIn(source.store);
    return measurements.length === 0 ? undefined : source;
  } catch (error) {
    // A shard that never ran has no database.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function inMemory() {
  const all = new Map<string, Progress>();
  return {
    of: (what: string) => all.get(what),
    async save(what: string, progress: Progress): Promise<void> {
      all.set(what, progress);
    },
  };
}
