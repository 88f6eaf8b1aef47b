import type { ClaimMemory } from './claim-memory.ts';
import type { Conflict } from './conflict.ts';
import type { Evidence } from './evidence.ts';
import type { Root } from './roots.ts';

/** Where a node stands in its lab. */
export interface LayerPosition {
  readonly node: string;
  /** Depth; undefined until known. */
  readonly layer?: number;
  /** Node id of the parent; undefined at a root and until known. */
  readonly parent?: string;
  /** What it is known by; undefined at a root. */
  readonly by?: Evidence;
  /** What it stands on, at a root. */
  readonly root?: Root;
  /** Its name at its parent, and when it was started there: µs of lab time, and by the parent's own clock. */
  readonly guest?: string;
  readonly startedUs?: number;
  readonly startedWallUs?: number;
  /** One sentence for people. */
  readonly reason: string;
}

/** A position as it is stored: with its lab, and for which start of the machine it was found. */
export interface StoredPosition extends LayerPosition {
  readonly lab: string;
  readonly machineBoot: string;
  /** What is remembered of who claims the node. Absent in positions of 0.1.0. */
  readonly claims?: ClaimMemory;
  /** Present while several claim it, or its own word denies a claim, and nobody decided. */
  readonly conflict?: Conflict;
}

/** What is remembered of a position's claims: one of 0.1.0 was accepted as it stands. */
export function claimsIn(position: StoredPosition | undefined, nowUs: number): ClaimMemory | undefined {
  if (position === undefined || position.claims !== undefined) return position?.claims;
  const { parent, by, machineBoot } = position;
  if (parent === undefined || by === undefined || by === 'configuration') return undefined;
  return { accepted: { parent, by, machineBoot, sinceUs: nowUs } };
}

/**
 * The position to keep, given the one before. What was known stays known while the new join cannot tell (a parent that
 * restarts, a guest that is being migrated runs twice): a node does not lose its layer for that. It does when its
 * machine was started again.
 */
export function stabilise(before: LayerPosition | undefined, now: LayerPosition, sameBoot: boolean) {
  if (before === undefined || !sameBoot || now.root !== 'pending') return now;
  return before.layer === undefined ? now : before;
}

/** One sentence on what changed; undefined when nothing that people care for did. */
export function positionChange(before: LayerPosition | undefined, now: LayerPosition): string | undefined {
  if (before === undefined || (before.layer === now.layer && before.parent === now.parent)) return undefined;
  return `${shown(before)} → ${shown(now)}: ${now.reason}`;
}

function shown({ layer, parent }: LayerPosition): string {
  const at = layer === undefined ? 'layer unknown' : `layer ${layer}`;
  return parent === undefined ? at : `${at} on ${parent}`;
}
