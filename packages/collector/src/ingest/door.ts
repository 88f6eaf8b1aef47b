import type { Msg } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { type Asker, dismiss, takeAsker } from './asker.ts';

/** Questions of one kind that a node gets answered in a second; an agent asks at most 40, and that at its start. */
export const MOST_A_SECOND = 100;
const SECOND_US = 1_000_000;

export interface DoorOptions {
  readonly clock: Pick<Clock, 'monoUs'>;
  /** Told at most once a second how many questions of a node were beyond its share. */
  onBeyond?(lab: string, node: string, count: number): void;
}

/** Who asks; undefined for a question that is not to be answered, or that is beyond its node's share. */
export type Door = (question: Msg) => Asker | undefined;

/**
 * Lets in what nodes ask, each its share. What is beyond is looked at no further and gets an empty answer: questions of
 * all nodes come one after the other, so others wait as long as each of these takes.
 */
export function createDoor({ clock, onBeyond }: DoorOptions): Door {
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

  return (question) => {
    const nowUs = clock.monoUs();
    if (nowUs - sinceUs >= SECOND_US) begin(nowUs);
    const { subject } = question;
    const count = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, count);
    if (count <= MOST_A_SECOND) return takeAsker(question);
    dismiss(question);
    return undefined;
  };
}
