import type { Clock } from '@nestwatch/common/clock';
import { rangesOf } from '@nestwatch/common/ranges';
import { subjects, v1 } from '@nestwatch/proto';
import { toShapes } from './encode-state.ts';
import type { RunKey } from './run-key.ts';

/** A busy node gets a confirmation this often, ms, which then stands for many messages. */
const EVERY_MS = 500;

interface Node {
  /** Numbers that are not confirmed to it yet, by run id. */
  readonly waiting: Map<string, number[]>;
  toldUs: number;
}

/**
 * Tells agents what they may free: at once, or together with later messages after a recent confirmation.
 * @param publish sends a confirmation
 */
export function createConfirmations(
  publish: (subject: string, confirmation: Uint8Array) => void,
  clock: Pick<Clock, 'monoUs'>,
  everyMs = EVERY_MS,
) {
  const nodes = new Map<string, Node>();
  let timer: NodeJS.Timeout | undefined;

  function nodeOf(subject: string): Node {
    let node = nodes.get(subject);
    if (node === undefined) {
      node = { waiting: new Map(), toldUs: Number.NEGATIVE_INFINITY };
      nodes.set(subject, node);
    }
    return node;
  }

  function tell(subject: string, node: Node): void {
    const confirmed = [...node.waiting].map(([boot, seqs]) => ({ boot, ranges: toShapes(rangesOf(seqs)) }));
    node.waiting.clear();
    node.toldUs = clock.monoUs();
    publish(subject, v1.Written.encode({ confirmed }).finish());
  }

  const isDue = ({ toldUs }: Node) => clock.monoUs() - toldUs >= everyMs * 1000;

  /** Confirms what came since an earlier confirmation, or forgets the node where nothing did. */
  function look(): void {
    for (const [subject, node] of nodes) {
      if (!isDue(node)) continue;
      if (node.waiting.size > 0) tell(subject, node);
      else nodes.delete(subject);
    }
    timer = nodes.size > 0 ? setTimeout(look, everyMs) : undefined;
  }

  return {
    /** The fate of these is decided. */
    add(messages: readonly (RunKey & { readonly seq: number })[]): void {
      const touched = new Map<string, Node>();
      for (const { lab, node: id, runId, seq } of messages) {
        const subject = subjects.written(lab, id);
        const node = nodeOf(subject);
        touched.set(subject, node);
        const seqs = node.waiting.get(runId);
        if (seqs === undefined) node.waiting.set(runId, [seq]);
        else seqs.push(seq);
      }
      for (const [subject, node] of touched) if (isDue(node)) tell(subject, node);
      timer ??= setTimeout(look, everyMs);
    },
    /** Tells all that waits. */
    flush(): void {
      for (const [subject, node] of nodes) if (node.waiting.size > 0) tell(subject, node);
      nodes.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
