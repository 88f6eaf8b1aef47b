import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

const { RUNS } = v1.GuestUsage.Activity;
const { NONE } = v1.GuestUsage.Transfer;

/** What a parent sees of its guest without asking it, which is all there is of one without an agent. */
export function checkGuestsOutside(cascade: () => Cascade): void {
  test('a guest is seen to run by the threads of its QEMU, and to be on no way', async () => {
    const { names, waitForRows } = cascade();
    const parents = names.slice(0, -1);
    const seen = `SELECT "vcpu_run_ratio", "activity", "transfer" FROM "nestwatch_guest_usage" WHERE "lab" = '${LAB}' AND "activity" = ${RUNS} GROUP BY "name", "guest" ORDER BY time DESC LIMIT 1`;
    const rows = await waitForRows(seen, (found) => found.length >= parents.length);
    // The canary's own guest, which each layer boots for a moment, is nobody's machine.
    expect(rows.map(({ name, guest }) => `${name} runs ${guest}`).sort()).toEqual(
      parents.map((name, depth) => `${name} runs guest${depth + 1}`),
    );
    for (const row of rows) {
      expect(Number(row['vcpu_run_ratio'])).toBeGreaterThan(0);
      expect(row['transfer']).toBe(NONE);
    }
  });
}
