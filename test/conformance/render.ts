import { renderTable } from '@nestwatch/common/cli/table';
import type { Outcome, Tally } from './comparison.ts';

/** Right of total by field, then each difference that no limit explains. */
export function renderOutcome({ tallies, differences, idle }: Outcome): string {
  const table = renderTable<Tally>(
    [
      { title: 'oracle', value: ({ oracle }) => oracle },
      { title: 'field', value: ({ field }) => field },
      { title: 'right', value: ({ right }) => String(right), align: 'right' },
      { title: 'of', value: ({ total }) => String(total), align: 'right' },
      { title: 'limits', value: ({ limited }) => (limited === 0 ? '' : String(limited)), align: 'right' },
    ],
    tallies,
  );
  const lines = [
    ...differences.map(
      (each) => `${each.oracle}, ${each.case}: ${each.field} is "${each.theirs}", and we say "${each.ours}"`,
    ),
    ...idle.map(
      (limit) => `${limit.oracle}, ${limit.field}: a limit explains nothing any more: ${limit.reason}`,
    ),
  ];
  return [table, ...lines.map((line) => `${line}\n`)].join('');
}
