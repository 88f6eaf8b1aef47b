import { expect, test } from 'vitest';
import { keepLabs } from '../../src/shards/keep-labs.ts';

const isWanted = (lab: string) => lab === 'mine';

test('series and rows of other labs go, what is of no lab stays', () => {
  const series = [
    { name: 'x', tags: { lab: 'mine' }, rows: [{ time: 1, v: 1 }] },
    { name: 'x', tags: { lab: 'theirs' }, rows: [{ time: 1, v: 2 }] },
    { name: 'collector', tags: {}, rows: [{ time: 1, v: 3 }] },
    {
      name: 'x',
      tags: {},
      rows: [
        { time: 1, lab: 'mine', v: 4 },
        { time: 1, lab: 'theirs', v: 5 },
      ],
    },
    { name: 'x', tags: {}, rows: [{ time: 1, lab: 'theirs', v: 6 }] },
  ];
  const kept = keepLabs(series, isWanted).flatMap(({ rows }) => rows.map((row) => row['v']));
  expect(kept).toEqual([1, 3, 4]);
});
