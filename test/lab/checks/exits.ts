import { connect } from '@nats-io/transport-node';
import { askCollector } from '@nestwatch/collector/cli/ask-collector';
import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** Asks every layer that has a guest why it exits, so that the answers come while other things are checked. */
export function askWhyGuestsExit(cascade: () => Cascade): void {
  test('every hosting layer is asked why its guest exits', async () => {
    const { servers, waitForRows } = cascade();
    const nodes = `SELECT last("seq") FROM "nestwatch_report" WHERE "lab" = '${LAB}' GROUP BY "name", "node"`;
    const rows = await waitForRows(nodes, (found) => found.length > 0);
    const connection = await connect({ servers: servers.natsUrl });
    try {
      for (const name of hosts(cascade())) {
        const node = rows.find((row) => row['name'] === name)?.['node'];
        const asked = await askCollector(connection, 'operate', 'exits', { lab: LAB, node });
        expect(asked).toEqual({ atUs: expect.any(Number) });
      }
    } finally {
      await connection.close();
    }
  });
}

/** What they found, by real exits of real guests. */
export function checkExits(cascade: () => Cascade): void {
  test('exits are told by reason in every hosting layer, those of guests of guests apart', async () => {
    const { names, waitForRows } = cascade();
    const wanted = hosts(cascade());
    const byReason = (level: string) =>
      `SELECT last("share_ratio") AS "share" FROM "nestwatch_exit_reason" WHERE "lab" = '${LAB}' ` +
      `AND "level" = '${level}' GROUP BY "name", "guest", "reason"`;
    const all = (found: readonly { name?: unknown }[]) => new Set(found.map((row) => row['name'])).size;
    const rows = await waitForRows(byReason('guest'), (found) => all(found) >= wanted.length);
    for (const [at, host] of wanted.entries()) {
      const own = rows.filter((row) => row['name'] === host && row['guest'] === names[at + 1]);
      const reasons = own.map((row) => row['reason']);
      // A CPUID instruction always exits, and the agent executes some at every sample.
      expect(reasons, host).toEqual(expect.arrayContaining(['cpuid', 'msr', 'interrupt']));
      const sum = own.reduce((total, row) => total + Number(row['share']), 0);
      expect(sum, host).toBeCloseTo(1, 1);
    }
    if (wanted.length < 2) return;
    // What guest1 does as a hypervisor exits to guest0, and so does whatever guest2 does.
    const reasons = rows.filter((row) => row['name'] === 'guest0').map((row) => row['reason']);
    expect(reasons).toEqual(expect.arrayContaining(['vmrun', 'vmload', 'vmsave']));
    const nested = await waitForRows(byReason('nested'), (found) => found.length > 0);
    expect(nested.filter((row) => row['name'] === 'guest0').map((row) => row['reason'])).toContain('cpuid');
  });
}

const hosts = ({ names }: Cascade) => names.slice(0, -1);
