import { createRound, type Round } from './round.ts';

export interface BookOptions {
  readonly mostLabs: number;
  /** Nodes of a round. */
  readonly mostNodes: number;
  /** Called with a node that is forgotten, because it is in newer rounds or its round is over. */
  onForgotten(lab: string, round: string, node: string): void;
}

export interface OpenRound {
  readonly members: Round;
  /** Token of the agents of 0.1.0; empty until known. */
  olderToken: string;
  touchedMs: number;
}

/** Rounds of one node, and of one lab, that are kept at once. */
const MOST_ROUNDS_OF_NODE = 4;
const MOST_ROUNDS_OF_LAB = 16;
/** A round of which nobody says anything any more is forgotten. */
const FORGET_MS = 120_000;

/** The rounds of all labs, with a share for each lab and each node. */
export function createRoundsBook({ mostLabs, mostNodes, onForgotten }: BookOptions) {
  const labs = new Map<string, Map<string, OpenRound>>();

  function drop(lab: string, round: string): void {
    const rounds = labs.get(lab);
    for (const node of rounds?.get(round)?.members.nodes() ?? []) onForgotten(lab, round, node);
    rounds?.delete(round);
    if (rounds?.size === 0) labs.delete(lab);
  }

  function forgetOld(nowMs: number): void {
    for (const [lab, rounds] of labs) {
      for (const [round, { touchedMs }] of rounds) if (nowMs - touchedMs > FORGET_MS) drop(lab, round);
    }
  }

  function makeRoom(lab: string, rounds: Map<string, OpenRound>): void {
    if (rounds.size < MOST_ROUNDS_OF_LAB) return;
    // Nodes that are not in the rounds of the others give way to those that are.
    const smallest = [...rounds].reduce((a, b) => (b[1].members.size < a[1].members.size ? b : a));
    drop(lab, smallest[0]);
  }

  return {
    find: (lab: string, round: string) => labs.get(lab)?.get(round),
    /** @returns undefined when there are too many labs */
    open(lab: string, round: string, nowMs: number): OpenRound | undefined {
      forgetOld(nowMs);
      let rounds = labs.get(lab);
      if (rounds === undefined && labs.size >= mostLabs) return undefined;
      if (rounds !== undefined) makeRoom(lab, rounds);
      rounds = labs.get(lab) ?? new Map();
      labs.set(lab, rounds);
      const opened = { members: createRound(mostNodes), olderToken: '', touchedMs: nowMs };
      rounds.set(round, opened);
      return opened;
    },
    /** Takes a node out of its oldest rounds, when it is in too many. */
    boundNode(lab: string, node: string): void {
      const own = [...(labs.get(lab) ?? [])].filter(([, { members }]) => members.get(node) !== undefined);
      for (const [round, { members }] of own.slice(0, Math.max(0, own.length - MOST_ROUNDS_OF_NODE))) {
        members.delete(node);
        onForgotten(lab, round, node);
        if (members.size === 0) drop(lab, round);
      }
    },
  };
}
