import { machinesByLayer, type Tree } from './tree.ts';

/**
 * Memory in MiB that a machine has for itself, by the number of layers below it: beside that of its guests. Every touched
 * page costs a fault in each layer above, so it is little.
 */
const OWN_MEMORY_MIB = [400, 700, 800, 1100] as const;
/** For each guest beyond the first: its QEMU, and the tables of its pages. */
const SIBLING_MEMORY_MIB = 100;
/** Writable disk for itself, MiB, by the same; it holds those of its guests as files. */
const OWN_SCRATCH_MIB = [160, 260, 280, 300] as const;
/** The same where each layer installs an agent with its own Node.js: 120 MiB, and as much while it is unpacked. */
const OWN_BARE_SCRATCH_MIB = [400, 500, 500, 500] as const;

/** One machine of a lab. */
export interface Machine {
  /** From 0, layer by layer; of a chain the depth. Its network is 10.60.ID.0/24. */
  readonly id: number;
  readonly depth: number;
  /** "guest1", and "guest1-2" where its layer has several. */
  readonly name: string;
  /** Name of the machine that hosts it; undefined for guest0. */
  readonly parent: string | undefined;
  readonly mac: string;
  readonly memoryMib: number;
  readonly scratchMib: number;
}

export type Machines = readonly [Machine, ...Machine[]];

/** The machines of a lab, layer by layer, guest0 first. The deepest are always the smallest. */
export function layOut(tree: Tree, bare = false): Machines {
  const counts = machinesByLayer(tree);
  const nameOf = (depth: number, at: number) =>
    counts[depth] === 1 ? `guest${depth}` : `guest${depth}-${at + 1}`;
  const scratch = bare ? OWN_BARE_SCRATCH_MIB : OWN_SCRATCH_MIB;
  const machines: Machine[] = [];
  for (const [depth, count] of counts.entries()) {
    const sizes = {
      memoryMib: withGuests(tree, depth, OWN_MEMORY_MIB, SIBLING_MEMORY_MIB),
      scratchMib: withGuests(tree, depth, scratch, 0),
    };
    for (let at = 0; at < count; at += 1) {
      const id = machines.length;
      const parent = depth === 0 ? undefined : nameOf(depth - 1, Math.floor(at / (tree[depth] ?? 1)));
      const mac = `52:54:00:60:00:${id.toString(16).padStart(2, '0')}`;
      machines.push({ id, depth, name: nameOf(depth, at), parent, mac, ...sizes });
    }
  }
  const [guest0, ...guests] = machines;
  if (guest0 === undefined) throw new RangeError('a lab has at least one layer');
  return [guest0, ...guests];
}

/** What a machine of a layer needs for itself and for all that it hosts, MiB. */
function withGuests(tree: Tree, depth: number, own: readonly number[], perSibling: number): number {
  const below = tree.length - 1 - depth;
  const guests = tree[depth + 1];
  if (guests === undefined) return own[0] ?? 0;
  return (
    (own[below] ?? 0) + guests * withGuests(tree, depth + 1, own, perSibling) + (guests - 1) * perSibling
  );
}

/** What a machine hosts directly. */
export const guestsOf = <M extends Machine>(machines: readonly M[], { name }: Pick<Machine, 'name'>) =>
  machines.filter(({ parent }) => parent === name);

/** A machine and all that runs in it, each after the one that hosts it. */
export function withAllBelow<M extends Machine>(machines: readonly M[], machine: M): M[] {
  return [machine, ...guestsOf(machines, machine).flatMap((guest) => withAllBelow(machines, guest))];
}

/** Servers' data and configuration, MiB. */
const OTHER_MIB = 100;

/** What a lab writes on this machine at the most: the outermost disk holds all others. */
export function writtenBytes(tree: Tree): number {
  return (layOut(tree)[0].scratchMib + OTHER_MIB) * 1024 * 1024;
}

/** Address of the build machine's 127.0.0.1 as any layer sees it. */
export const BUILD_MACHINE = '10.60.0.2';
