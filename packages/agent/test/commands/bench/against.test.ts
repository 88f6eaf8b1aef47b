import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import type { ResultBody } from '../../../src/benchmarks/result.ts';
import { compareWith, environmentChanges } from '../../../src/commands/bench/against.ts';
import { markdownOf, renderCompared } from '../../../src/commands/bench/comparison-text.ts';
import { usesFrom } from '../../../src/commands/bench/options.ts';
import { addSummary, githubLines, junitOf } from '../../../src/commands/bench/pipeline.ts';
import { addRun, type Run, readRuns } from '../../../src/commands/bench/runs.ts';
import { savedRuns, useResults } from '../../../src/commands/bench/use-results.ts';

const NOW = new Date('2026-11-28T12:00:00Z');

/** A result whose repetitions take this many seconds for one unit. */
function result(seconds: readonly number[], changed: Partial<ResultBody> = {}): ResultBody {
  const middle = seconds[1] ?? seconds[0] ?? 0;
  return {
    ...{ benchmark: 'cpu.sha256', variant: '', target: '', targetName: '', unit: 'byte', round: '' },
    ...{ outcome: v1.BenchmarkResult.Outcome.OK, reason: '', argumentsHash: 'aaa', disturbances: [] },
    repetitions: seconds.map((each) => ({ durationUs: each * 1e6 * 10, units: 10 })),
    secondsPerUnit: middle,
    environment: { kernel: '6.1.0-37', cpuModel: 'A', cpus: 2 },
    ...changed,
  } as ResultBody;
}

const run = (...results: ResultBody[]): Run => ({ at: NOW.toISOString(), results });
const STEADY = [run(result([1, 1, 1])), run(result([1.02, 1.02, 1])), run(result([0.98, 0.98, 1]))];

describe('results against those of earlier runs', () => {
  test('are judged by the scatter from run to run where there are three', () => {
    const [slow] = compareWith(STEADY, [result([1.6, 1.6, 1.6])], 1.3);
    expect(slow).toMatchObject({ runs: 3, before: 1, now: 1.6, change: { verdict: 'slower' } });
    const wild = [run(result([1, 1, 1])), run(result([2, 2, 2])), run(result([0.6, 0.6, 0.6]))];
    const [unsure] = compareWith(wild, [result([1.6, 1.6, 1.6])], 1.3);
    expect(unsure?.change?.verdict).toBe('too little to tell');
  });

  test('are not judged by fewer, however much slower', () => {
    const [few] = compareWith(STEADY.slice(1), [result([9, 9, 9])], 1.3);
    expect(few).toMatchObject({ runs: 2, why: 'the file has 2 runs, and 3 are required' });
    expect(few?.change).toBeUndefined();
  });

  test('with other settings, without a result or not measured are not compared, and say why', () => {
    const { TIMED_OUT } = v1.BenchmarkResult.Outcome;
    const whys = compareWith(
      STEADY,
      [
        result([9, 9, 9], { argumentsHash: 'bbb' }),
        result([9, 9, 9], { benchmark: 'disk.read' }),
        result([], { outcome: TIMED_OUT, reason: 'after 60 s', secondsPerUnit: 0 }),
      ],
      1.3,
    ).map(({ change, why }) => [change, why]);
    expect(whys).toEqual([
      [undefined, 'measured with other settings: not compared'],
      [undefined, 'the file has no result for it'],
      [undefined, 'timed out: after 60 s'],
    ]);
  });

  test('that were disturbed are compared only with their like', () => {
    const disturbed = run(result([5, 5, 5], { disturbances: ['busy'] }));
    const [slow] = compareWith([...STEADY, disturbed], [result([1.6, 1.6, 1.6])], 1.3);
    expect(slow).toMatchObject({ runs: 3, change: { verdict: 'slower' } });
    const now = result([5, 5, 5], { disturbances: ['busy'] });
    expect(compareWith(STEADY, [now], 1.3)).toMatchObject([{ runs: 3, why: 'disturbed: busy' }]);
    const [among] = compareWith([disturbed, disturbed, disturbed], [now], 1.3);
    expect(among?.change?.verdict).toBe('same');
  });

  test('name what of the machine is another', () => {
    const environment = { kernel: '6.12.117', cpuModel: 'A', cpus: 2 };
    expect(environmentChanges(STEADY, [result([1], { environment })])).toEqual([
      'kernel 6.1.0-37 → 6.12.117',
    ]);
    expect(environmentChanges([], [result([1])])).toEqual([]);
  });
});

describe('a pipeline', () => {
  const folder = temporaryFolder('nestwatch-bench-');
  const uses = (more: Record<string, string | boolean> = {}) => {
    const file = join(folder, 'runs.json');
    return usesFrom({ save: file, against: file, 'fail-above': '1.3', ...more });
  };
  const use = async (seconds: readonly number[], given = uses()) =>
    useResults([result(seconds)], savedRuns(given), given, NOW);

  test('makes its file at the first run, and ends with 3 when a later one is slower, which is not kept', async () => {
    expect((await use([1, 1, 1])).exitCode).toBe(0);
    expect((await use([1.01, 1.01, 1])).exitCode).toBe(0);
    expect((await use([0.99, 0.99, 1])).exitCode).toBe(0);
    expect((await use([1.6, 1.6, 1.6])).exitCode).toBe(3);
    expect(readRuns(uses().save ?? '')).toHaveLength(3);
    const without = usesFrom({ against: uses().save });
    expect((await use([1.6, 1.6, 1.6], without)).exitCode).toBe(0);
  });

  test('keeps the newest 20 runs', async () => {
    const file = join(folder, 'many.json');
    for (let at = 0; at < 25; at++) await addRun(file, { at: String(at), results: [result([1])] });
    expect(readRuns(file)?.map(({ at }) => at)).toEqual(
      Array.from({ length: 20 }, (_, at) => String(at + 5)),
    );
  });

  test('is told what is wrong with its options and files', () => {
    expect(() => usesFrom({ 'fail-above': '1.3' })).toThrow('--fail-above requires --against FILE');
    expect(() => usesFrom({ against: 'x', 'fail-above': '0.9' })).toThrow('give a ratio above 1');
    expect(() => usesFrom({ junit: 'x' })).toThrow('--junit requires --against FILE');
    expect(() => savedRuns(usesFrom({ against: join(folder, 'none') }))).toThrow(
      ' not found: create it with ',
    );
    const broken = join(folder, 'broken.json');
    for (const text of ['', '{', '[]', '{"runs":[]}', '{"format":"nestwatch bench runs 1","runs":[null]}']) {
      writeFileSync(broken, text);
      expect(() => readRuns(broken), text).toThrow('holds no runs of');
    }
    expect(() => readRuns(folder)).toThrow('EISDIR');
  });

  test('gets JUnit, lines of GitHub Actions and a summary, whatever stands in a name', () => {
    const odd = result([1.6, 1.6, 1.6], { variant: '<a> & "b" | c,d: \u0007' });
    const compared = compareWith(
      STEADY.map(() => run(result([1, 1, 1], { variant: odd.variant ?? '' }))),
      [odd, result([1, 1, 1], { benchmark: 'disk.read' })],
      1.3,
    );
    const junit = junitOf(compared, NOW.toISOString());
    expect(junit).toContain('tests="2" failures="1"');
    expect(junit).toMatch(/name="cpu.sha256 &lt;a&gt; &amp; &quot;b&quot; \| c,d: .*"/);
    expect(junit).toMatch(/<failure message="1.60 times the time \(1.\d\d to 1.\d\d\) of 3 runs: slower"/);
    expect(junit).toContain('<skipped message="not compared: the file has no result for it"/>');
    expect(junit).not.toContain('\u0007');
    const lines = githubLines(compared);
    expect(lines).toMatch(/^::error title=nestwatch%3A cpu.sha256 <a> & "b" \| c%2Cd%3A .*::1.60 times/);
    expect(lines.split('\n')[1]).toMatch(/^::notice title=nestwatch%3A disk.read::not compared/);
    const summary = join(folder, 'summary.md');
    addSummary(summary, compared, ['kernel a → b']);
    expect(readFileSync(summary, 'utf8')).toContain(markdownOf(compared, ['kernel a → b']));
    expect(markdownOf(compared, [])).toContain('\\| c,d');
    expect(renderCompared(compared, ['kernel a → b'])).toMatch(
      /slower[\s\S]*differs from before: kernel a → b/,
    );
  });
});
