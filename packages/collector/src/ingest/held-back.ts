import type { JsMsg } from '@nats-io/jetstream';
import type { Clock } from '@nestwatch/common/clock';
import { senderOf } from './batch.ts';

const FOR_MS = 10_000;

/**
 * Gives messages back to the stream for ten seconds. They count among those that are taken and not written, of which the
 * stream allows this many in all: each sender has a tenth of them, and all together a half.
 */
export function createHeldBack(pending: number, clock: Pick<Clock, 'monoUs'>) {
  const [ofSender, ofAll] = [pending / 10, pending / 2];
  let [counts, all, untilUs] = [new Map<string, number>(), 0, 0];
  return (jsMsg: JsMsg): boolean => {
    const nowUs = clock.monoUs();
    if (nowUs > untilUs) [counts, all, untilUs] = [new Map(), 0, nowUs + FOR_MS * 1000];
    const sender = senderOf(jsMsg);
    const count = counts.get(sender) ?? 0;
    if (count >= ofSender || all >= ofAll) return false;
    counts.set(sender, count + 1);
    all += 1;
    jsMsg.nak(FOR_MS);
    return true;
  };
}
