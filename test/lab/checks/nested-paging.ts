import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** Two more boots of the deepest guest, one of them on shadow page tables, so only when asked for: NESTWATCH_LAB_NPT=1. */
const WANTED = process.env['NESTWATCH_LAB_NPT'] === '1';
const LIMIT_MS = 40 * 60_000;

/** The deepest guest starts again without nested paging below it, and with it again. */
export function checkNestedPaging(cascade: () => Cascade): void {
  test.skipIf(!WANTED)(
    'a guest is put on shadow page tables while the lab runs, and back',
    async () => {
      const { names, order, waitForRows } = cascade();
      const [parent = '', deepest = ''] = names.slice(-2);
      const parameters = (sinceUs: number, npt: string) =>
        waitForRows(
          `SELECT "value" FROM "nestwatch_fact" WHERE "lab" = '${LAB}' AND "name" = '${parent}' ` +
            `AND "fact" = 'kvm_modules.parameters' AND time > ${sinceUs}u`,
          (rows) => rows.some(({ value }) => String(value).includes(`kvm_amd.npt=${npt}`)),
          LIMIT_MS,
        );
      const startedAgain = (sinceUs: number) =>
        waitForRows(
          `SELECT "text" FROM "nestwatch_event" WHERE "lab" = '${LAB}' AND "name" = '${deepest}' ` +
            `AND "text" =~ /started/ AND time > ${sinceUs}u`,
          (rows) => rows.length > 0,
          LIMIT_MS,
        );

      const slowedUs = Date.now() * 1000;
      expect(await order('slow', `${deepest}=npt`)).toMatchObject({ code: 0 });
      await parameters(slowedUs, 'N');
      await startedAgain(slowedUs);

      const healedUs = Date.now() * 1000;
      expect(await order('heal', deepest)).toMatchObject({
        code: 0,
        stdout: `${deepest} is no longer slowed\n`,
      });
      await parameters(healedUs, 'Y');
      await startedAgain(healedUs);
    },
    3 * LIMIT_MS,
  );
}
