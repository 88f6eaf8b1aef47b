import { UsageError } from '@nestwatch/common/errors';
import { findHosted, type HostedMachine, siblingsOf } from './find-machine.ts';
import type { Machine } from './layout.ts';

/** Ways to make one machine slower on purpose. */
export const SLOW_KINDS = {
  hog: 'two busy loops in its parent, which slow the parent as well',
  neighbour: 'a busy loop in each machine beside it, which has the CPU of their parent in turns with it',
  quota: 'two fifths of a CPU for its machine, with a cgroup of its parent',
  swap: "a third of its machine's memory in the swap of its parent, with a cgroup there",
  npt: 'nested paging off in its parent (npt=0), so that it runs on shadow page tables',
  clock: 'three times the clock speed for the whole lab, which affects the deepest layer most; only at start',
} as const;
type SlowKind = keyof typeof SLOW_KINDS;

/** Whether it is an order to a machine that takes hold at once; the others are there from the start. */
export function isOrdered(kind: SlowKind): boolean {
  return kind !== 'npt' && kind !== 'clock';
}

/** Factor on the lab's speed that "clock" stands for. */
export const CLOCK_FACTOR = 3;

/** Reads "guest3=hog". @throws UsageError naming what is allowed */
export function parseSlowness(text: string, machines: readonly Machine[]) {
  const match = /^([^=]+)=([^=]+)$/.exec(text);
  const kind = match?.[2] ?? '';
  if (match === null || !(kind in SLOW_KINDS)) {
    throw new UsageError(
      `"${text}" is not allowed: give guestN=KIND with one of ${Object.keys(SLOW_KINDS).join(', ')}`,
    );
  }
  const machine = findHosted(match[1] ?? '', machines);
  if (kind === 'neighbour' && siblingsOf(machines, machine).length === 0) {
    throw new UsageError(
      `${machine.name} has no neighbour: "npm run lab -- --tree 1,2" starts a lab with two guests`,
    );
  }
  return { machine, kind: kind as SlowKind };
}

export type Slowness = ReturnType<typeof parseSlowness>;

/** An order, and the name of the machine that carries it out. */
interface Order {
  readonly to: string;
  readonly order: string;
}

/** What makes a machine slower while it runs. */
export function slowingOrders({ machine, kind }: Slowness, machines: readonly Machine[]): Order[] {
  if (kind === 'neighbour')
    return siblingsOf(machines, machine).map(({ name }) => ({ to: name, order: 'busy' }));
  return [{ to: machine.parent, order: `${kind} ${machine.name}` }];
}

/** What undoes all that may have been done to a machine. */
export function healingOrders(machine: HostedMachine, machines: readonly Machine[]): Order[] {
  return [
    ...siblingsOf(machines, machine).map(({ name }) => ({ to: name, order: 'idle' })),
    { to: machine.parent, order: `heal ${machine.name}` },
  ];
}

/** Depth of a layer, by "guestN". @throws UsageError when there is no such layer */
export function parseLayer(name: string, layers: number): number {
  const depth = Number(/^guest(\d)$/.exec(name)?.[1] ?? Number.NaN);
  if (depth < layers) return depth;
  throw new UsageError(`unknown layer "${name}": this lab has guest0 to guest${layers - 1}`);
}
