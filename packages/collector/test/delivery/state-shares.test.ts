import { expect, test } from 'vitest';
import { createStateShares, type STATE_SHARES } from '../../src/delivery/state-shares.ts';

function sharesOf(most: Record<keyof typeof STATE_SHARES, number>) {
  const lastUs = new Map<string, number>();
  const { note, surplusOf } = createStateShares((key) => lastUs.get(key) ?? 0, most);
  return {
    surplusOf,
    note(key: string, bytes: number, heardUs: number): void {
      lastUs.set(key, heardUs);
      note(key, bytes);
    },
  };
}

test('beyond the runs or bytes of a node its oldest runs go, and nobody else has to', () => {
  const shares = sharesOf({ nodeRuns: 3, nodeBytes: 100, labBytes: 1e9 });
  shares.note('lab.b.own', 10, 1);
  for (let run = 1; run <= 3; run++) shares.note(`lab.a.r${run}`, 10, run);
  expect(shares.surplusOf('lab.a.r3')).toEqual([]);
  shares.note('lab.a.r4', 10, 4);
  expect(shares.surplusOf('lab.a.r4')).toEqual(['lab.a.r1']);
  shares.note('lab.a.r4', 85, 5);
  expect(shares.surplusOf('lab.a.r4')).toEqual(['lab.a.r2']);
  // The one that is reported stays, however large it is.
  shares.note('lab.a.r4', 500, 6);
  expect(shares.surplusOf('lab.a.r4')).toEqual(['lab.a.r3']);
});

test('beyond the bytes of a lab it is the node with the most that gives', () => {
  const shares = sharesOf({ nodeRuns: 100, nodeBytes: 1000, labBytes: 300 });
  for (let run = 1; run <= 5; run++) shares.note(`lab.a.r${run}`, 50, run);
  shares.note('other.c.r', 500, 1);
  shares.note('lab.b.own', 40, 0);
  expect(shares.surplusOf('lab.b.own')).toEqual([]);
  shares.note('lab.b.own', 60, 9);
  expect(shares.surplusOf('lab.b.own')).toEqual(['lab.a.r1']);
});
