import { UsageError } from '@nestwatch/common/errors';

/** Ways to make one layer slower on purpose. */
export const SLOW_KINDS = {
  hog: 'two busy loops in its parent, which slow the parent as well',
  quota: 'two fifths of a CPU for its machine, with a cgroup of its parent',
  swap: "a third of its machine's memory in the swap of its parent, with a cgroup there",
  npt: 'nested paging off in its parent (npt=0), so that it runs on shadow page tables',
  clock: 'three times the clock speed for the whole lab, which affects the deepest layer most; only at start',
} as const;
type SlowKind = keyof typeof SLOW_KINDS;

/** Whether it is an order to the layer below that takes hold at once; the others are there from the start. */
export function isOrdered(kind: SlowKind): boolean {
  return kind === 'hog' || kind === 'quota' || kind === 'swap';
}

/** Factor on the lab's speed that "clock" stands for. */
export const CLOCK_FACTOR = 3;

/** Reads "guest3=hog". @throws UsageError naming what is allowed */
export function parseSlowness(text: string, layers: number) {
  const match = /^([^=]+)=([^=]+)$/.exec(text);
  const kind = match?.[2] ?? '';
  if (match === null || !(kind in SLOW_KINDS)) {
    throw new UsageError(
      `"${text}" is not allowed: give guestN=KIND with one of ${Object.keys(SLOW_KINDS).join(', ')}`,
    );
  }
  return { depth: parseTarget(match[1] ?? '', layers), kind: kind as SlowKind };
}

export type Slowness = ReturnType<typeof parseSlowness>;

/** Depth of a layer of a lab, by its name. @throws UsageError when there is no such layer */
export function parseLayer(name: string, layers: number): number {
  const depth = depthOf(name);
  if (depth < layers) return depth;
  throw new UsageError(`unknown layer "${name}": this lab has guest0 to guest${layers - 1}`);
}

/**
 * Depth of the layer that is to be slowed or healed.
 * @throws UsageError when there is no such layer, or nothing of ours below it.
 */
export function parseTarget(name: string, layers: number): number {
  const depth = depthOf(name);
  if (depth >= 1 && depth < layers) return depth;
  const allowed = layers === 1 ? 'a lab of one layer has none' : `one of guest1 to guest${layers - 1}`;
  throw new UsageError(
    `"${name}" cannot be slowed or healed: ${allowed} (a layer is slowed through the one below it)`,
  );
}

/** NaN for what is no layer's name. */
const depthOf = (name: string) => Number(/^guest(\d)$/.exec(name)?.[1] ?? Number.NaN);
