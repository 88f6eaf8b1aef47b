import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { formatCost, formatQuantity, formatTime } from '@nestwatch/common/quantities';
import { v1 } from '@nestwatch/proto';
import type { ResultBody } from '../../benchmarks/result.ts';

const { OK } = v1.BenchmarkResult.Outcome;

/** Results as the article shows them: a duration for each run of the work, and a speed or a cost for one unit. */
export function renderResults(results: readonly ResultBody[]): string {
  const measured = results.filter((each) => each.outcome === OK);
  const others = results.filter((each) => each.outcome !== OK);
  const remarks = [
    ...others.map((each) => `${titleOf(each)}: ${outcomeName(each)}: ${each.reason}`),
    ...new Set(
      measured.flatMap((each) =>
        (each.disturbances ?? []).map((why) => `${each.benchmark}: disturbed: ${why}`),
      ),
    ),
    ...measured
      .filter((each) => each.exceedsMemory)
      .map((each) => `${titleOf(each)}: more than this machine's memory`),
  ];
  const table = measured.length === 0 ? '' : renderTable(columns, measured);
  return `${table}${remarks.map((each) => `${each}\n`).join('')}`;
}

const columns: readonly Column<ResultBody>[] = [
  { title: 'BENCHMARK', value: titleOf },
  {
    title: 'WORK',
    align: 'right',
    value: ({ units, unit }) => (unit === 'byte' ? formatQuantity(units ?? 0, 'B') : `${units} ${unit}s`),
  },
  {
    title: 'EACH RUN',
    value: ({ repetitions }) =>
      (repetitions ?? []).map((each) => formatTime((each.durationUs ?? 0) / 1e6)).join('  '),
  },
  {
    title: 'RESULT',
    align: 'right',
    value: ({ secondsPerUnit, unit }) =>
      `${formatCost(secondsPerUnit ?? 0, unit ?? '')}${unit === 'byte' ? '' : ' each'}`,
  },
  { title: 'ENGINE', value: ({ engine, engineVersion }) => `${engine} ${engineVersion}` },
];

export function titleOf({ benchmark, variant, targetName }: ResultBody): string {
  return [benchmark, variant, targetName ? `from ${targetName}` : ''].filter(Boolean).join(' ');
}

export function outcomeName({ outcome }: ResultBody): string {
  return (v1.BenchmarkResult.Outcome[outcome ?? 0] ?? 'unknown').toLowerCase().replace('_', ' ');
}
