import { expect, test } from 'vitest';
import type { WorkResult } from '../../../observatory/result.ts';
import { cellOf, compared, rowsOf } from '../../../observatory/table/cell.ts';
import { renderSets } from '../../../observatory/table/render-text.ts';
import { cellText, figure } from '../../../observatory/table/words.ts';
import { workOf } from '../../../observatory/works/list.ts';
import { hungBoot, runOf, setOf } from '../observed.ts';

const cpuid = (layer: number, ...exits: number[]): WorkResult => ({
  work: 'cpuid',
  layer,
  state: 'counted',
  us: 1000,
  counts: [...exits.map((count) => ({ 'kvm.exits': count })), {}],
  repetitions: [exits, exits],
  agrees: true,
});
const set = (name: string, ...works: WorkResult[]) => setOf(name, runOf(works));

const old = set('6.1', cpuid(1, 1000), cpuid(2, 8000, 1000));
const changed = set('7.3', cpuid(1, 1000), cpuid(2, 9600, 1000), hungBoot);

test('a cell tells the exits of one piece at each layer above', () => {
  expect(cellOf(old, workOf('cpuid'), 2)).toMatchObject({ exits: [8, 1], spread: [8, 8], agrees: true });
  expect(cellOf(old, workOf('touch'), 2)).toBeUndefined();
});

test('several boots of a set are one cell with their spread; with two CPUs there are only the calls', () => {
  const twice = {
    ...old,
    runs: [runOf([cpuid(1, 1000)]), runOf([cpuid(1, 1100)]), runOf([cpuid(1, 9000)], { cpus: 2 })],
  };
  const cell = cellOf(twice, workOf('cpuid'), 1);
  expect(cell?.exits[0]).toBeCloseTo(1.05);
  expect(cell?.spread).toEqual([1, 1.1]);
});

test('a change above 10 % is marked', () => {
  const [one, other] = [changed, old].map((each) => cellOf(each, workOf('cpuid'), 2));
  expect(compared(one, other)).toEqual({ ratio: 1.2, isMarked: true });
  expect(compared(other, other)).toEqual({ ratio: 1, isMarked: false });
  expect(compared(one, undefined)).toBeUndefined();
});

test('what hung stands in the table as such', () => {
  const rows = rowsOf([old, changed]);
  expect(rows.map(({ work, layer }) => `${work.name} ${layer}`)).toEqual(['boot 3', 'cpuid 1', 'cpuid 2']);
  expect(rows[0]?.cells.map(cellText)).toEqual(['-', 'hung']);
  expect(renderSets([old, changed])).toBe(
    [
      'WORK                IN              6.1                  7.3',
      'boot to user space  guest3            -                 hung',
      '1,000 CPUID         guest1         1.00           1.00 ×1.00',
      '1,000 CPUID         guest2  8.00 ‹ 1.00  9.60 ‹ 1.00 ×1.20 !',
      '',
    ].join('\n'),
  );
});

test('figures have three digits that mean something', () => {
  expect([-0.09, 0.12, 1, 53.14, 351.2, 12_345.6].map(figure)).toEqual([
    '0',
    '0.12',
    '1.00',
    '53.1',
    '351',
    '12,346',
  ]);
});
