import type { Msg } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { ALL_LABS, type OwnLabs } from '../shards/own-labs.ts';
import { type Asker, dismiss, takeAsker } from './asker.ts';

/** Questions of one kind that a node gets answered in a second; an agent asks at most 40, and that at its start. */
export const MOST_A_SECOND = 100;
const SECOND_US = 1_000_000;

export interface DoorOptions {
  readonly clock: Pick<Clock, 'monoUs'>;
  readonly labs?: Pick<OwnLabs, 'owns' | 'asked' | 'answersFor'>;
  /** Told at most once a second how many questions of a node were beyond its share. */
  onBeyond?(lab: string, node: string, count: number): void;
}

/** Who asks; undefined for a question that is not to be answered, or that is beyond its node's share. */
export type Door = (question: Msg) => Asker | undefined;

/**
 * Lets in what nodes ask, each its share. What is beyond is looked at no further and gets an empty answer: questions of
 * all nodes come one after the other, so others wait as long as each of these takes.
 */
export function createDoor({ clock, labs = ALL_LABS, onBeyond }: DoorOptions): Door {
  const counts = new Map<string, number>();
  let sinceUs = Number.NEGATIVE_INFINITY;

  function begin(nowUs: number): void {
    for (const [subject, count] of counts) {
      const [, lab = '', node = ''] = subject.split('.');
      if (count > MOST_A_SECOND) onBeyond?.(lab, node, count - MOST_A_SECOND);
    }
    counts.clear();
    sinceUs = nowUs;
  }

  /** Of a lab that this shard does not have: another shard answers, or this one takes it for the next time. */
  function turnAway(question: Msg, lab: string, count: number): undefined {
    if (!labs.answersFor(lab)) return undefined;
    if (count <= MOST_A_SECOND && takeAsker(question) !== undefined) labs.asked(lab);
    dismiss(question);
    return undefined;
  }

  return (question) => {
    const nowUs = clock.monoUs();
    if (nowUs - sinceUs >= SECOND_US) begin(nowUs);
    const { subject } = question;
    const count = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, count);
    const [, lab = ''] = subject.split('.');
    if (!labs.owns(lab)) return turnAway(question, lab, count);
    if (count <= MOST_A_SECOND) return takeAsker(question);
    dismiss(question);
    return undefined;
  };
}
