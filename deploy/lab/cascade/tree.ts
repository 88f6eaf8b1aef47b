import { refused, type Setting } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';

/** guest0, which there is one of, and for each further layer how many guests each machine of the layer before hosts. */
export type Tree = readonly number[];

export const MAX_LAYERS = 4;
/** They share one emulated CPU. */
const MAX_MACHINES = 16;
const ALLOWED =
  '1, and how many guests each machine hosts, layer by layer: 1,2,2 has guest0, 2 guests and 4 guests';

/** The tree of a lab in which each machine hosts one. */
export const chain = (layers: number): Tree => Array.from({ length: layers }, () => 1);

/** The tree that is asked for: `--tree`, or a chain of `--layers`. */
export const treeOf = ({ tree, layers }: { tree: Tree | undefined; layers: number }): Tree =>
  tree ?? chain(layers);

/** Machines in each layer, guest0's first. */
export function machinesByLayer(tree: Tree): number[] {
  return tree.map((_, depth) => tree.slice(0, depth + 1).reduce((product, each) => product * each, 1));
}

export const machineCount = (tree: Tree) => machinesByLayer(tree).reduce((sum, each) => sum + each, 0);

/** The setting `--tree`. */
export const treeSetting: Setting<Tree | undefined> = {
  meaning: `More than a chain, instead of --layers: ${ALLOWED}; at most ${MAX_MACHINES} machines`,
  type: 'list of whole numbers',
  default: undefined,
  parse: parseTree,
};

/** Reads "1,2,2", or a list of numbers of a file. @throws UsageError saying what is allowed */
export function parseTree(given: unknown): Tree {
  const items = typeof given === 'string' ? given.split(',') : given;
  const numbers = Array.isArray(items) ? items.map((item) => Number(String(item).trim() || Number.NaN)) : [];
  const isTree = numbers.every((each) => Number.isInteger(each) && each >= 1);
  if (!isTree || numbers[0] !== 1) throw refused(given, ALLOWED);
  if (numbers.length > MAX_LAYERS) {
    throw new UsageError(
      `${numbers.join(',')} has ${numbers.length} layers, and a lab has at most ${MAX_LAYERS}`,
    );
  }
  const count = machineCount(numbers);
  if (count > MAX_MACHINES) {
    throw new UsageError(
      `${numbers.join(',')} makes ${count} machines, and a lab has at most ${MAX_MACHINES}`,
    );
  }
  return numbers;
}

/** "7 machines in 3 layers (1, 2, 4)"; of a chain without the numbers. */
export function treeText(tree: Tree): string {
  const count = machineCount(tree);
  const each = count === tree.length ? '' : ` (${machinesByLayer(tree).join(', ')})`;
  const machines = count === 1 ? '1 machine' : `${count} machines`;
  return `${machines} in ${tree.length === 1 ? '1 layer' : `${tree.length} layers`}${each}`;
}
