import { UsageError } from '@nestwatch/common/errors';
import { longName } from '../retention/thinning.ts';
import type { Store } from '../store.ts';
import { type MoveOptions, moveMeasurement } from './move-measurement.ts';
import type { openProgress, Progress } from './progress.ts';
import type { Source } from './source.ts';

/** What is moved of one measurement of one database. */
export interface MovedRow extends Progress {
  readonly database: string;
  readonly measurement: string;
}

export interface HistoryOptions {
  readonly source: Source;
  /** Opens the store of a name on the new server, which makes it where it is missing. */
  readonly openTarget: (name: string) => Promise<Store>;
  /** The name there of the one that holds every point. */
  readonly targetName: string;
  readonly progress: Pick<ReturnType<typeof openProgress>, 'of' | 'save'>;
  readonly endUs: number;
  /** The only lab that is moved, as of the source. */
  readonly lab?: string;
  readonly again: MoveOptions['again'];
  /** Told after each piece. */
  readonly onProgress: (row: MovedRow) => void;
}

/**
 * Moves all points of nestwatch from one server to another: the database of every point, and the thinned-out one where
 * there is one. What has been moved already, by the file of progress, is not read again.
 * @returns what is moved, of earlier calls too; undefined when it was told to stop
 * @throws PermanentError when a server refuses, or has fewer values than were written
 */
export async function moveHistory(options: HistoryOptions): Promise<MovedRow[] | undefined> {
  const { source, openTarget, targetName, progress, endUs, lab, again, onProgress } = options;
  const rows: MovedRow[] = [];
  const names = [
    [source.store, targetName],
    [longName(source.store), longName(targetName)],
  ] as const;
  for (const [database, name] of names) {
    if (!(await source.hasDatabase(database))) continue;
    const target = await again(() => openTarget(name));
    const measurements = await again(() => source.measurementsIn(database));
    if (target === undefined || measurements === undefined) return undefined;
    for (const moved of measurements) {
      const { measurement } = moved;
      const what = `${database} ${measurement}`;
      const save = async (done: Progress) => {
        await progress.save(what, done);
        onProgress({ database, measurement, ...done });
      };
      const from = progress.of(what);
      const goesOn = await moveMeasurement(
        database,
        moved,
        { from, save },
        { source, target, endUs, lab, again },
      );
      if (!goesOn) return undefined;
      const done = progress.of(what);
      if (done !== undefined) rows.push({ database, measurement, ...done });
    }
  }
  if (rows.length === 0) throw new UsageError(`${source.store} has no data of nestwatch to move`);
  return rows;
}
