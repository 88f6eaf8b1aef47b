import { injectedRates } from '../../../src/analysis/detect/injected.ts';
import type { Series } from './real-series.ts';

/** A row of the table: one real series, the steps found in it, and its alerts without them. */
export function realRow({ name: title, seen }: Series): string {
  const { rounds, noise, blind, told, found } = injectedRates(seen);
  const dates = told.map(({ kind, round }) => `${kind} ${dateOf(seen[round]?.timeUs ?? 0)}`);
  const rates = found.map(({ hits, of, atChanges }) => {
    const changes = atChanges.of === 0 ? '' : ` (${atChanges.hits} of ${atChanges.of})`;
    return `${percent(hits / of)}${changes}`;
  });
  const name = title.replace(/\s*\[.*$/, '').replace(/^.*\//, '');
  const cells = [rounds, `${percent(noise)} %`, percent(blind / rounds), ...rates, dates.join(', ') || '–'];
  return `| ${[name, ...cells].join(' | ')} |`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function dateOf(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 10);
}
