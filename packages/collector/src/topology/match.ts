import { EVIDENCE, type Evidence, evidenceFor } from './evidence.ts';
import type { GuestView, NodeView } from './node-facts.ts';
import { SILENT_US } from './superseded.ts';

/** One guest of one parent. */
export interface Seat {
  readonly parent: string;
  readonly guest: GuestView;
}

export interface Match {
  readonly seat: Seat;
  readonly by: Evidence;
}

export interface Matching {
  readonly matches: ReadonlyMap<string, Match>;
  /** Why a node has no match although something spoke for one. */
  readonly ambiguous: ReadonlyMap<string, string>;
  readonly free: readonly Seat[];
}

/**
 * Finds for each node the guest of another node that it is. Each kind of evidence is exhausted before the next weaker
 * one is looked at. Nothing is guessed: a node that could be several guests, or shares its only one with another
 * node, gets none, until others are matched and leave one choice.
 */
export function matchNodes(nodes: readonly NodeView[], fixed: ReadonlyMap<string, string>): Matching {
  const seats = nodes.flatMap((parent) => parent.guests.map((guest) => ({ parent: parent.node, guest })));
  const matches = new Map<string, Match>();
  const ambiguous = new Map<string, string>();
  const taken = new Set<Seat>();
  const candidates = findCandidates(nodes, seats, fixed);

  const isBelow = (node: string, ancestor: string): boolean => {
    for (
      let at: string | undefined = node, steps = 0;
      at !== undefined && steps <= nodes.length;
      steps += 1
    ) {
      if (at === ancestor) return true;
      at = matches.get(at)?.seat.parent ?? fixed.get(at);
    }
    return false;
  };
  const seenUs = new Map(nodes.map((node) => [node.node, node.lastSeenUs ?? node.reportedUs]));
  const open = (node: string, by: Evidence) =>
    freshest(
      (candidates.get(node) ?? []).filter(
        ({ seat, by: kind }) => kind === by && !taken.has(seat) && !isBelow(seat.parent, node),
      ),
      seenUs,
    );

  for (const by of EVIDENCE) {
    for (let progress = true; progress; ) {
      progress = false;
      const choices = nodes
        .filter(({ node }) => !matches.has(node))
        .map(({ node }) => ({ node, seats: open(node, by) }))
        .filter(({ seats: open }) => open.length > 0);
      const single = choices.filter(({ seats: open }) => open.length === 1);
      for (const {
        node,
        seats: [only],
      } of single) {
        if (only === undefined || taken.has(only.seat) || isBelow(only.seat.parent, node)) continue;
        const rivals = single.filter((other) => other.seats[0]?.seat === only.seat);
        if (rivals.length > 1) continue;
        matches.set(node, { seat: only.seat, by });
        taken.add(only.seat);
        progress = true;
      }
    }
    for (const { node } of nodes) {
      const left = matches.has(node) ? [] : open(node, by);
      if (left.length > 0 && !ambiguous.has(node))
        ambiguous.set(
          node,
          describe(
            left.map(({ seat }) => seat),
            by,
          ),
        );
    }
  }
  for (const node of matches.keys()) ambiguous.delete(node);
  return { matches, ambiguous, free: seats.filter((seat) => !taken.has(seat)) };
}

/** A guest that moved is still on the list of a former parent that fell silent before it could take it off. */
function freshest(candidates: Candidate[], seenUs: ReadonlyMap<string, number>): Candidate[] {
  const seen = ({ seat }: Candidate) => seenUs.get(seat.parent) ?? 0;
  const latest = Math.max(...candidates.map(seen));
  return candidates.filter((each) => latest - seen(each) <= SILENT_US);
}

interface Candidate {
  readonly seat: Seat;
  readonly by: Evidence;
}

/** Every seat that something speaks for, by node. Looked up by what they share: a lab may have thousands of nodes. */
function findCandidates(
  nodes: readonly NodeView[],
  seats: readonly Seat[],
  fixed: ReadonlyMap<string, string>,
): Map<string, Candidate[]> {
  const byMark = new Map<string, Seat[]>();
  for (const seat of seats) {
    const { uuid, macs, guest } = seat.guest;
    for (const mark of new Set([uuid, guest, ...macs.map(({ mac }) => mac)])) {
      if (mark !== '') byMark.set(mark, [...(byMark.get(mark) ?? []), seat]);
    }
  }
  const candidatesOf = (node: NodeView): Candidate[] => {
    const marks = [node.smbiosUuid, ...node.macs, node.hostName, node.node, node.name];
    const near = new Set(marks.flatMap((mark) => byMark.get(mark) ?? []));
    const parent = fixed.get(node.node);
    return [...near].flatMap((seat) => {
      if (seat.parent === node.node || (parent !== undefined && seat.parent !== parent)) return [];
      const by = evidenceFor(node, seat.guest);
      return by === undefined ? [] : [{ seat, by }];
    });
  };
  return new Map(nodes.map((node) => [node.node, candidatesOf(node)]));
}

function describe(seats: readonly Seat[], by: Evidence): string {
  const which = seats.map(({ parent, guest }) => `${guest.guest} of ${parent}`).join(', ');
  return seats.length === 1
    ? `another node claims to be ${which} too (by ${by})`
    : `it could be ${which} (by ${by}): give the guests their own MAC addresses or UUIDs, or configure the parent`;
}
