import type { NodeState } from '../read/node-state.ts';

/** "guest3 (layer 3)". */
export function nodeText({ name, layer }: Pick<NodeState, 'name' | 'layer'>): string {
  return layer === undefined ? name : `${name} (layer ${layer})`;
}

/** "1 guest", "3 guests". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
