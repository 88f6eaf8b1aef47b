/** Up to this many machines are drawn as boxes with their quantities, and up to this many as a line each. */
const MOST_BOXES = 6;
const MOST_LINES = 24;

export type Mode = 'boxes' | 'lines' | 'tiles';

/** How much of a machine is drawn, by the number of them. */
export function modeOf({ nodes }: { readonly nodes: readonly unknown[] }): Mode {
  if (nodes.length <= MOST_BOXES) return 'boxes';
  return nodes.length <= MOST_LINES ? 'lines' : 'tiles';
}
