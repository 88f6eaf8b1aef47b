import { readFileSync } from 'node:fs';
import { errnoOf, messageOf, UsageError } from '@nestwatch/common/errors';
import { jsonFile } from '@nestwatch/common/json-file';
import type { ResultBody } from '../../benchmarks/result.ts';

/** What one `nestwatch-agent bench` measured. */
export interface Run {
  /** When it ended, ISO 8601. */
  readonly at: string;
  readonly results: readonly ResultBody[];
}

const FORMAT = 'nestwatch bench runs 1';
/** The newest are kept: what was usual long ago says little. */
const MOST_RUNS = 20;

/** Adds a run to a file, which is made where it is missing. @throws UsageError when it holds something else */
export async function addRun(path: string, run: Run): Promise<void> {
  const runs = [...(readRuns(path) ?? []), run].slice(-MOST_RUNS);
  await jsonFile(path, parseSaved).write({ format: FORMAT, runs });
}

/** The runs in a file, the oldest first; undefined when there is no such file. @throws UsageError when it holds something else */
export function readRuns(path: string): readonly Run[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) !== undefined) throw new UsageError(messageOf(error), { cause: error });
  }
  const saved = parseSaved(json);
  if (saved === undefined) throw new UsageError(`${path} holds no runs of "nestwatch-agent bench --save"`);
  return saved.runs;
}

interface Saved {
  readonly format: typeof FORMAT;
  readonly runs: readonly Run[];
}

function parseSaved(json: unknown): Saved | undefined {
  const { format, runs } = (json ?? {}) as Partial<Saved>;
  if (format !== FORMAT || !Array.isArray(runs)) return undefined;
  const isRun = ({ at, results }: Partial<Run>) => typeof at === 'string' && Array.isArray(results);
  return runs.every((each: Partial<Run> | null) => each !== null && isRun(each))
    ? { format, runs }
    : undefined;
}
