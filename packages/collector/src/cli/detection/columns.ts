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
  { title: 'alerts', value: toldText },
];

export const PROMISE_MEANING =
  'A step is injected at every round from the 20th on. It counts as found if an alert follows within three rounds; brackets hold steps at a change of kernel or hypervisor. Blind: rounds without a baseline. Alerts: those of any severity without an injected step, in total and per 100 rounds; they include real slowdowns. Promised up to 10 % of noise: 98 % of steps of 1.5×, and 0.1 false alerts in 100 rounds.';

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
