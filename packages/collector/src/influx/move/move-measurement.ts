import { PermanentError } from '@nestwatch/common/errors';
import { quoteIdentifier } from '../influxql.ts';
import { PartialWriteError } from '../partial-write.ts';
import type { Store } from '../store.ts';
import { linesOfSeries, type MovedLines } from './lines.ts';
import { createPieces } from './pieces.ts';
import type { Progress } from './progress.ts';
import { labCondition, type Moved, type Source } from './source.ts';

/** Lines of one request. */
const AT_ONCE = 5000;
const NOTHING: Omit<Progress, 'doneUs'> = { points: 0, values: 0, expired: 0 };

export interface MoveOptions {
  readonly source: Source;
  readonly target: Store;
  /** Points that stand at or after this are not moved, µs since 1970. */
  readonly endUs: number;
  /** The only lab that is moved. */
  readonly lab?: string | undefined;
  /** Asks again while a server is away; undefined when it was stopped. */
  readonly again: <T>(act: () => Promise<T>) => Promise<T | undefined>;
}

/**
 * Moves the points of one measurement piece by piece, and counts each piece on the new server before it goes on.
 * @param from how far an earlier call came
 * @param save keeps how far it came, after each piece
 * @returns false when it was told to stop
 * @throws PermanentError when a server refuses, or has fewer values than were written
 */
export async function moveMeasurement(
  database: string,
  moved: Moved,
  { from, save }: { from: Progress | undefined; save: (progress: Progress) => Promise<void> },
  { source, target, endUs, lab, again }: MoveOptions,
): Promise<boolean> {
  const { measurement, firstUs } = moved;
  let progress = from ?? { ...NOTHING, doneUs: firstUs };
  const pieces = createPieces(Math.max(firstUs, progress.doneUs), endUs);
  for (let span = pieces.next(); span !== undefined; span = pieces.next()) {
    const [fromUs, toUs] = span;
    const read = await again(async () => ({
      series: await source.read(database, measurement, fromUs, toUs),
    }));
    if (read === undefined) return false;
    if (read.series === undefined) {
      if (pieces.tooLong()) continue;
      throw new PermanentError(`${measurement} has more points at ${fromUs} µs than fit in one answer`);
    }
    const found = linesOfSeries(read.series, moved);
    const expired = await again(() => writeAll(target, found));
    if (expired === undefined) return false;
    const stands = await again(() => countValues(target, moved, [fromUs, toUs], lab));
    if (stands === undefined) return false;
    checkCounts(`${database}, ${measurement}`, found, expired, stands);
    pieces.done(found.lines.length);
    progress = {
      doneUs: toUs,
      points: progress.points + found.lines.length,
      values: progress.values + found.values,
      expired: progress.expired + expired,
    };
    await save(progress);
  }
  return true;
}

/** @returns how many points are older than what the server keeps. @throws PartialWriteError when it refuses others */
async function writeAll(target: Store, { lines }: MovedLines): Promise<number> {
  let expired = 0;
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    try {
      await target.write(lines.slice(at, at + AT_ONCE));
    } catch (error) {
      if (!(error instanceof PartialWriteError && error.reason === 'expired')) throw error;
      expired += error.dropped;
    }
  }
  return expired;
}

async function countValues(
  target: Store,
  { measurement }: Moved,
  [fromUs, toUs]: readonly [number, number],
  lab?: string,
) {
  const ofLab = lab === undefined ? [] : [labCondition(lab)];
  const span = [`time >= ${fromUs}u AND time < ${toUs}u`, ...ofLab].join(' AND ');
  const series = await target.query(`SELECT count(*) FROM ${quoteIdentifier(measurement)} WHERE ${span}`);
  const rows = series.flatMap((each) => each.rows);
  return rows
    .flatMap(({ time: _, ...counts }) => Object.values(counts))
    .reduce<number>((sum, count) => sum + (Number(count) || 0), 0);
}

/** New points may have come beside them. @throws PermanentError when some are missing */
function checkCounts(what: string, { lines, values }: MovedLines, expired: number, stands: number): void {
  const isWhole = expired === 0 ? stands >= values : expired === lines.length || stands > 0;
  if (isWhole) return;
  throw new PermanentError(`of ${values} values of ${what} the new server has ${stands}: run it again`);
}
