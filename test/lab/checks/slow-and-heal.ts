import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** The parent's only CPU tells: a slowed layer that has nothing to do itself shows little steal. */
export function checkSlowAndHeal(cascade: () => Cascade): void {
  test(
    'a layer is slowed by busy loops in its parent while the lab runs, and healed when they are gone',
    async () => {
      const { names, order, waitForRows } = cascade();
      const [parent = '', slowed = ''] = names.slice(-2);
      const seen = (name: string, field: string, sinceUs: number) =>
        `SELECT "${field}" AS "value" FROM "nestwatch_cpu_time" WHERE "lab" = '${LAB}' AND "name" = '${name}' ` +
        `AND time > ${sinceUs}u`;
      const above = (least: number) => (rows: { value?: unknown }[]) =>
        rows.some(({ value }) => Number(value) > least);

      await waitForRows(seen(parent, 'idle_ratio', 0), above(0.5));
      const slowedUs = Date.now() * 1000;
      const answer = await order('slow', `${slowed}=hog`);
      expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining(`${slowed} is slowed`) });
      await waitForRows(seen(parent, 'user_ratio', slowedUs), above(0.5));

      expect(await order('heal', slowed)).toMatchObject({
        code: 0,
        stdout: `${slowed} is no longer slowed\n`,
      });
      await waitForRows(seen(parent, 'idle_ratio', Date.now() * 1000), above(0.5));
    },
    20 * 60_000,
  );

  test('a layer that is not there, or has nothing of ours below it, is refused', async () => {
    for (const target of ['guest0=hog', 'guest9=hog', 'guest1=sleep']) {
      const { code, stderr } = await cascade().order('slow', target);
      expect(code).toBe(2);
      expect(stderr).toContain(
        target.endsWith('sleep') ? 'hog, neighbour, quota, swap, npt, clock' : 'cannot be slowed',
      );
    }
  });
}
