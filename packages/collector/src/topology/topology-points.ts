import { event, guestBoot, topology as topologyMeasurement, v1 } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Clones } from './clones.ts';
import { type Conflict, disputedNames, namesOf } from './conflict.ts';
import type { IdConflict } from './id-conflicts.ts';
import type { LayerPosition, StoredPosition } from './layer-position.ts';
import type { GuestSlot } from './mark-index.ts';
import type { NodeRecord } from './node-record.ts';

/** Time a guest has to start its agent before it counts as one without. */
const AGENT_GRACE_US = 10 * 60e6;
const LONGEST_BOOT_SECONDS = 86_400;
/** Of names of guests without an agent this many characters are stored. */
const LONGEST_NAMES = 1000;
/** A guest that rebooted has a kernel that started long after its process. */
const KERNEL_WITHIN_US = 600e6;

type Named = Pick<NodeRecord, 'lab' | 'node' | 'name'>;

/** A node changed its layer or parent. @param change one sentence */
export function changeLines(node: Named, position: LayerPosition, change: string, atUs: number): string[] {
  return eventLines(node, position, atUs, {
    kind: v1.Event.Kind.PLACE_CHANGED,
    text: `place in the lab: ${change}`,
    other_node: position.parent,
  });
}

/** A node shares what should be unique with other nodes. */
export function cloneLines(
  node: Named,
  position: LayerPosition | undefined,
  { nodes, by }: Clones,
  atUs: number,
): string[] {
  const others = nodes.filter((each) => each !== node.node);
  return eventLines(node, position, atUs, {
    kind: v1.Event.Kind.DUPLICATE_NODE,
    text: `has the same ${by} as ${namesOf(others)}: one of them is a clone; give it its own`,
    other_node: others[0],
  });
}

/** Several nodes claim others, or what a node says of itself denies it. @param nodes that are claimed, in this way */
export function conflictLines(
  node: Named,
  position: LayerPosition | undefined,
  { claimants, reason }: Conflict,
  nodes: readonly string[],
  atUs: number,
): string[] {
  return eventLines(node, position, atUs, {
    kind: v1.Event.Kind.IDENTITY_CONFLICT,
    text: `the parent of ${disputedNames(nodes)} is disputed: ${reason} (claimed by ${claimants.join(', ')})`,
    other_node: claimants.find((each) => each !== node.node),
  });
}

/** Two agents have one id. */
export function idConflictLines(conflict: IdConflict, position: LayerPosition | undefined): string[] {
  const { node, runIds, atUs } = conflict;
  return eventLines(conflict, position, atUs, {
    kind: v1.Event.Kind.DUPLICATE_NODE,
    text: `two machines report as ${node} (runs ${runIds.join(' and ')}): give each its own node id`,
    other_node: node,
  });
}

/** How long a guest took to start. */
export function bootLines(record: NodeRecord, position: LayerPosition): string[] {
  const fields = { boot_seconds: bootSeconds(record, position) };
  // Stands where the first message stands, so that writing it again changes nothing.
  return linesOf(encodeComputed(guestBoot, tagsOf(record, position), {}, fields, record.firstReportUs));
}

/**
 * Seconds from the start of a guest's process at its parent to its first message. Undefined when they do not belong
 * together: the guest restarted its kernel in a process that runs for long, or clocks are apart.
 *
 * A guest takes its clock from its parent when it boots, so the two own clocks agree best; lab time is the second choice.
 */
export function bootSeconds(record: NodeRecord, position: LayerPosition): number | undefined {
  if (!isFirstKernel(record, position)) return undefined;
  const pairs = [
    [position.startedWallUs, record.firstReportWallUs],
    [position.startedUs, record.firstReportUs],
  ] as const;
  return pairs
    .map(([startedUs, heardUs]) => (startedUs === undefined ? 0 : (heardUs - startedUs) / 1e6))
    .find((seconds) => seconds > 0 && seconds < LONGEST_BOOT_SECONDS);
}

function isFirstKernel({ bootedUs }: NodeRecord, { startedUs }: LayerPosition): boolean {
  return bootedUs === undefined || startedUs === undefined || bootedUs - startedUs < KERNEL_WITHIN_US;
}

/** What of a node's guests and clones is known. */
export interface Neighbours {
  readonly guestsWithoutAgent: readonly GuestSlot[];
  readonly clones: number;
}

/** Where a node stands, and what of its guests and clones is known. */
export function stateLines(record: NodeRecord, position: StoredPosition, near: Neighbours, atUs: number) {
  const withoutAgent = near.guestsWithoutAgent.filter(
    ({ guest }) => atUs - (guest.startedUs ?? 0) > AGENT_GRACE_US,
  );
  const fields = {
    known: position.layer === undefined ? 0 : 1,
    opaque_root: position.root === 'opaque' ? 1 : 0,
    clones: near.clones,
    guests_without_agent: withoutAgent.length,
    guests_without_agent_names: namesWithin(withoutAgent.map(({ guest }) => guest.guest)),
    conflict: position.conflict === undefined ? 0 : 1,
    claimants: position.conflict?.claimants.join(' '),
    by: position.by ?? position.root,
    guest: position.guest,
    reason: position.reason,
  };
  return linesOf(encodeComputed(topologyMeasurement, tagsOf(record, position), {}, fields, atUs));
}

function namesWithin(names: readonly string[]): string | undefined {
  return names.join(' ').slice(0, LONGEST_NAMES) || undefined;
}

function eventLines(
  node: Named,
  position: LayerPosition | undefined,
  atUs: number,
  fields: { kind: number; text: string; other_node: string | undefined },
): string[] {
  return linesOf(encodeComputed(event, tagsOf(node, position), {}, fields, atUs));
}

function tagsOf({ lab, node, name }: Named, position: LayerPosition | undefined): string {
  return commonTagsOf({ lab, node, name, layer: position?.layer, parent: position?.parent ?? '' });
}

function linesOf(line: string | undefined): string[] {
  return line === undefined ? [] : [line];
}
