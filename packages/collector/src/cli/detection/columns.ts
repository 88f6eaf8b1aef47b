import { formatPercent, significant } from '@nestwatch/common/quantities';
import { FACTORS, type FoundSteps } from '../../analysis/detect/injected.ts';
import type { LabPromise, PromiseTotal, StreamPromise } from '../../analysis/promise/promise.ts';

type Row = StreamPromise | PromiseTotal;

/** What the table says of each stream, and of all together. */
export const PROMISE_COLUMNS: readonly { readonly title: string; readonly value: (row: Row) => string }[] = [
  { title: 'node', value: (row) => ('name' in row ? row.name : 'all') },
  { title: 'benchmark', value: (row) => ('stream' in row ? row.stream : '') },
  { title: 'against', value: ({ against }) => (against === 'self' ? 'own past' : 'parent') },
  { title: 'rounds', value: ({ rounds }) => String(rounds) },
  { title: 'noise', value: (row) => ('noise' in row ? formatPercent(row.noise, 1) : '') },
  { title: 'blind', value: ({ blind, rounds }) => shareText(blind, rounds) },
  ...FACTORS.map((factor, at) => ({
    title: `${factor}× found`,
    value: ({ found }: Row) => foundText(found[at]),
  })),
  { title: 'told of', value: toldText },
];

export const PROMISE_MEANING =
  'Steps are put in at every round from the 20th on, and found when an alert comes within three rounds; in brackets those at a change of kernel, hypervisor and the like. Blind: rounds without a baseline to judge them by. Told of: everything, of whatever severity, that the history as it is was told of, and how much that is in 100 rounds; what was really slower is in it. Promised up to 10 % of noise: 98 % of 1.5×, and 0.1 false ones in 100 rounds.';

export function rowsOf({ streams, totals }: LabPromise): Row[] {
  return [...streams, ...totals];
}

function foundText(found: FoundSteps | undefined): string {
  if (found === undefined || found.of === 0) return 'too few rounds';
  const { hits, of, atChanges } = found;
  const changes = atChanges.of === 0 ? '' : ` (${atChanges.hits} of ${atChanges.of})`;
  return `${shareText(hits, of)}${changes}`;
}

function toldText(row: Row): string {
  const count = typeof row.told === 'number' ? row.told : row.told.length;
  if (count === 0 || row.rounds === 0) return '0';
  return `${count} (${significant((100 * count) / row.rounds)} in 100)`;
}

function shareText(hits: number, of: number): string {
  return of === 0 ? '–' : formatPercent(hits / of, 1);
}
