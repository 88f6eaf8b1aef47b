import type { InventoryShape } from '@nestwatch/proto';
import { runProcess } from '../child-process.ts';
import { type Found, known, unknown } from '../host.ts';

interface TakeOptions {
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
  const { timeoutMs, signal } = options;
  const [program, ...args] = options.command;
  const limits = { signal, limitMs: timeoutMs, maxOutput: MAX_OUTPUT };
  const { how, code, problem, stdout } = await runProcess(program, args, limits);
  if (code === 0) {
    const inventory = parseInventory(stdout);
    return inventory === undefined ? unknown('inventory: unexpected output') : known(inventory);
  }
  if (code !== undefined) return unknown(`inventory: ended by exit code ${code}`);
  return unknown(`inventory: ${how === 'timed-out' ? `no answer in ${timeoutMs} ms` : problem}`);
}

/** The inventory from its JSON line; undefined when it is anything else. Unknown members are left out. */
function parseInventory(text: string): InventoryShape | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const members = given as Record<string, unknown>;
  const word = (name: string) => (typeof members[name] === 'string' ? members[name].slice(0, 256) : '');
  const words = (name: string) => {
    const value = members[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, 256) : [];
  };
  return {
    manufacturer: word('manufacturer'),
    product: word('product'),
    osRelease: word('osRelease'),
    disks: words('disks'),
    networkInterfaces: words('networkInterfaces'),
  };
}
