import type { Paint } from '@nestwatch/common/cli/colour';
import { renderTable } from '@nestwatch/common/cli/table';
import type { Comparison } from './comparison.ts';

export function renderComparison(comparison: readonly Comparison[], paint: Paint): string {
  const table = renderTable(
    [
      { title: 'tool', value: ({ tool }) => tool },
      { title: 'about', value: ({ about }) => about },
      { title: 'it says', value: ({ theirs }) => theirs },
      { title: 'we say', value: ({ ours }) => ours },
      {
        title: '',
        value: ({ agrees }) =>
          agrees === undefined ? '-' : agrees ? paint('green', 'agrees') : paint('yellow', 'differs'),
      },
    ],
    comparison,
  );
  const whys = comparison
    .filter(({ agrees, why }) => agrees === false && why !== '')
    .map(({ tool, about, why }) => `${tool}, ${about}: ${why}\n`);
  return whys.length === 0 ? table : `${table}\n${paint('bold', 'why we differ')}\n${whys.join('')}`;
}
