import { expect, test } from 'vitest';
import { allHalted, stopAtRest } from '../../../lab/state/stop-at-rest.ts';

const cpu = (id: number, halted: number) =>
  `\r\nCPU#${id}\r\nEAX=00000000 EBX=00000000\r\nEIP=9ee1b6ef EFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=${halted}\r\nES =0000 00000000 ffffffff 00c00000\r\n`;
const signal = new AbortController().signal;

/** A QEMU whose CPU is halted at the n-th look. */
function machine(restsAt: number) {
  const orders: string[] = [];
  let looks = 0;
  return {
    orders,
    async execute(command: string) {
      orders.push(command);
      return command === 'human-monitor-command' ? cpu(0, ++looks === restsAt ? 1 : 0) : {};
    },
  };
}

test('all CPUs must be halted, and one that QEMU does not list is not', () => {
  expect(allHalted(cpu(0, 1))).toBe(true);
  expect(allHalted(cpu(0, 1) + cpu(1, 0))).toBe(false);
  expect(allHalted(cpu(0, 1) + cpu(1, 1))).toBe(true);
  expect(allHalted('')).toBe(false);
});

test('a machine that works goes on until it rests, and stays stopped then', async () => {
  const qmp = machine(3);
  await stopAtRest(qmp, signal);
  expect(qmp.orders.filter((order) => order === 'stop')).toHaveLength(3);
  expect(qmp.orders.filter((order) => order === 'cont')).toHaveLength(2);
  expect(qmp.orders.at(-1)).toBe('human-monitor-command');
});

test('a machine that never rests runs at the end', async () => {
  const qmp = machine(0);
  await expect(stopAtRest(qmp, signal, 2)).rejects.toThrow("guest0's CPU is never at rest");
  expect(qmp.orders.at(-1)).toBe('cont');
});
