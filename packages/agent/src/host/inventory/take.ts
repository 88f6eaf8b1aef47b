import type { InventoryShape } from '@nestwatch/proto';
import { runProcess } from '../child-process.ts';
import { type Found, known, unknown } from '../host.ts';
import { parseInventory } from './parse.ts';

export interface TakeOptions {
  /** Command that prints the inventory, such as [node, nestwatch-agent.mjs, inventory]. */
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_OUTPUT = 256 * 1024;

/**
 * Takes the inventory in a process of its own, so that neither the memory of systeminformation nor its children
 * stay. Never throws: what went wrong is the reason.
 */
export async function takeInventory(options: TakeOptions): Promise<Found<InventoryShape>> {
  const { command, timeoutMs, signal } = options;
  const [program, ...args] = command;
  const { how, code, problem, stdout } = await runProcess(program, args, {
    signal,
    limitMs: timeoutMs,
    maxOutput: MAX_OUTPUT,
  });
  if (code === 0) {
    const inventory = parseInventory(stdout);
    return inventory === undefined ? unknown('inventory: its output was not understood') : known(inventory);
  }
  if (code !== undefined) return unknown(`inventory: ended by exit code ${code}`);
  return unknown(`inventory: ${how === 'timed-out' ? `no answer in ${timeoutMs} ms` : problem}`);
}
