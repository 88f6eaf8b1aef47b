import type { NodePlace } from './join.ts';

/**
 * The place to keep, given the one before. What was known stays known while the new join can not tell (a parent that
 * restarts, a guest that is being migrated runs twice): a node does not lose its layer for that. It does when its
 * machine was started anew.
 */
export function settle(before: NodePlace | undefined, now: NodePlace, sameBoot: boolean): NodePlace {
  if (before === undefined || !sameBoot || now.root !== 'pending') return now;
  return before.layer === undefined ? now : before;
}

/** One sentence on what changed; undefined when nothing that people care for did. */
export function placeChange(before: NodePlace | undefined, now: NodePlace): string | undefined {
  if (before === undefined || (before.layer === now.layer && before.parent === now.parent)) return undefined;
  return `${shown(before)} → ${shown(now)}: ${now.reason}`;
}

function shown({ layer, parent }: NodePlace): string {
  const at = layer === undefined ? 'layer unknown' : `layer ${layer}`;
  return parent === undefined ? at : `${at} on ${parent}`;
}
