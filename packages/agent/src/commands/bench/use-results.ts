import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import type { ResultBody } from '../../benchmarks/result.ts';
import type { agentSchema } from '../../runtime/config/schema.ts';
import { type Compared, compareWith, environmentChanges } from './against.ts';
import { isSlower, renderCompared } from './comparison-text.ts';
import type { Uses } from './options.ts';
import { addSummary, githubLines, writeJunit } from './pipeline.ts';
import { addRun, type Run, readRuns } from './runs.ts';

/** Something takes longer than `--fail-above` lets it. 1 and 2 are taken. */
const SLOWER = 3;

type Context = Pick<CommandContext<typeof agentSchema>, 'stdout' | 'stderr' | 'env'>;

/** What results are compared with. */
export interface Comparison {
  readonly compared: readonly Compared[];
  /** What of the machine is another. */
  readonly changes: readonly string[];
}

/** The runs to compare with, read before anything is measured. @throws UsageError where there are none */
export function savedRuns({ save, against }: Uses): readonly Run[] | undefined {
  if (against === undefined) return undefined;
  const runs = readRuns(against);
  // The first of all runs of a pipeline makes what the next ones are compared with.
  if (runs === undefined && against !== save)
    throw new UsageError(`${against} not found: create it with nestwatch-agent bench --save ${against}`);
  return runs ?? [];
}

/**
 * Compares, reports and saves results as asked for. A run that is slower is not saved: it would soon be what is usual.
 * @returns the exit code
 */
export async function useResults(
  results: readonly ResultBody[],
  saved: readonly Run[] | undefined,
  uses: Uses,
  at: Date,
): Promise<{ exitCode: number; comparison: Comparison | undefined }> {
  const comparison = saved && {
    compared: compareWith(saved, results, uses.worth),
    changes: environmentChanges(saved, results),
  };
  const isSlow = comparison?.compared.some(isSlower) === true;
  if (uses.junit !== undefined && comparison !== undefined)
    writeJunit(uses.junit, comparison.compared, at.toISOString());
  if (uses.save !== undefined && !isSlow) await addRun(uses.save, { at: at.toISOString(), results });
  return { exitCode: isSlow && uses.fails ? SLOWER : EXIT.ok, comparison };
}

/** Prints a comparison. */
export function showComparison(
  { compared, changes }: Comparison,
  uses: Uses,
  { stdout, env }: Context,
): void {
  stdout.write(`\n${renderCompared(compared, changes)}`);
  if (uses.save !== undefined && compared.some(isSlower))
    stdout.write(`slower than before: not saved to ${uses.save}\n`);
  if (!uses.github) return;
  stdout.write(githubLines(compared));
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary) addSummary(summary, compared, changes);
}
