import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { systemClock } from '@nestwatch/common/clock';
import { UsageError } from '@nestwatch/common/errors';
import { v1 } from '@nestwatch/proto';
import { type Benchmark, SIZES, type Size } from '../../benchmarks/benchmark.ts';
import { benchmarks, chooseBenchmarks } from '../../benchmarks/index.ts';
import { DEFAULT_BENCHMARKS } from '../../benchmarks/names.ts';
import type { ResultBody } from '../../benchmarks/result.ts';
import { runBenchmark } from '../../benchmarks/run-benchmark.ts';
import { createFileHost } from '../../host/file-host.ts';
import { ownPayloadRound } from '../../rounds/payload/payload-round.ts';
import { prepareMachine } from '../../rounds/prepare-machine.ts';
import type { agentSchema } from '../../runtime/config/schema.ts';
import { usesFrom } from './options.ts';
import { renderResults } from './table.ts';
import { savedRuns, showComparison, useResults } from './use-results.ts';

/** `nestwatch-agent bench [names]`: runs benchmarks on this machine now, and sends nothing anywhere. */
export async function benchCommand(
  context: CommandContext<typeof agentSchema>,
  program: string,
): Promise<number> {
  const { config, words, options, signal, stdout, stderr, env } = context;
  if (options['list']) {
    stdout.write(renderTable(listColumns, benchmarks));
    return EXIT.ok;
  }
  const uses = usesFrom(options);
  const saved = savedRuns(uses);
  const size = sizeFrom(options, config['benchmarks.size']);
  const chosen = chooseBenchmarks(words.length > 0 ? words : config['benchmarks.run']);
  const stateDir = writableDir(config['state.dir']);
  const payload = await ownPayloadRound('this', config['benchmarks.http-time-limit']);
  try {
    const host = createFileHost(config['host.root']);
    const machine = await prepareMachine({
      config,
      host,
      program,
      stateDir,
      clock: systemClock,
      estimate: () => undefined,
    });
    const targets = await payload.targets();
    const paint = paintFor(stderr, env);
    const results: ResultBody[] = [];
    for (const benchmark of chosen) {
      if (signal.aborted) break;
      const say = (text: string) => stderr.write(paint('dim', `${benchmark.name}: ${text}\n`));
      results.push(
        ...(await runBenchmark(machine, benchmark, { size, round: '', targets, signal, onProgress: say })),
      );
    }
    const { FAILED, TIMED_OUT } = v1.BenchmarkResult.Outcome;
    const bad = results.some(({ outcome }) => outcome === FAILED || outcome === TIMED_OUT);
    const used = signal.aborted ? undefined : await useResults(results, saved, uses, new Date());
    const { exitCode = EXIT.failed, comparison } = used ?? {};
    if (options['json'])
      stdout.write(`${JSON.stringify(comparison ? { results, ...comparison } : results, null, 2)}\n`);
    else stdout.write(renderResults(results));
    if (comparison !== undefined && !options['json']) showComparison(comparison, uses, context);
    return bad ? EXIT.failed : exitCode;
  } finally {
    await payload.done();
  }
}

/** The agent's folder, or this user's own where that belongs to somebody else. */
function writableDir(stateDir: string): string {
  try {
    accessSync(stateDir, constants.W_OK);
    return stateDir;
  } catch {
    return join(homeFolder(), '.cache', 'nestwatch-agent');
  }
}

/** A small system may have neither HOME nor a list of users. */
function homeFolder(): string {
  try {
    return homedir();
  } catch (error) {
    if (process.getuid?.() === 0) return '/root';
    throw new UsageError('this user has no home folder: give a state folder with --state-dir', {
      cause: error,
    });
  }
}

const listColumns: readonly Column<Benchmark>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'BY DEFAULT', value: ({ name }) => (DEFAULT_BENCHMARKS.includes(name) ? 'yes' : 'no') },
  { title: 'WHAT IT DOES', value: ({ meaning }) => meaning },
];

function sizeFrom(options: CommandContext<typeof agentSchema>['options'], configured: Size): Size {
  if (options['full']) return 'full';
  const given = options['size'];
  if (given === undefined) return configured;
  const size = SIZES.find((each) => each === given);
  if (size === undefined)
    throw new UsageError(`--size ${given} is not allowed: give one of ${SIZES.join(', ')}`);
  return size;
}
