import type { JsMsg } from '@nats-io/jetstream';

type Delivered = Pick<JsMsg, 'seq'> & {
  readonly info: Pick<JsMsg['info'], 'deliverySequence' | 'deliveryCount'>;
};

/**
 * Counts what the stream deleted before any collector took it: numbers of the stream that are missing between two
 * deliveries that follow each other. What lies between the deliveries of two collectors neither can count.
 */
export function createPushedOut() {
  let delivery = 0;
  /** Number in the stream of the newest message that was delivered for the first time; 0 where that is not known. */
  let newest = 0;
  /** @returns how many are missing before this message */
  return ({ info, seq }: Delivered): number => {
    const follows = info.deliverySequence === delivery + 1;
    delivery = info.deliverySequence;
    const before = follows ? newest : 0;
    if (info.deliveryCount > 1) {
      newest = before;
      return 0;
    }
    newest = seq;
    return before === 0 ? 0 : Math.max(0, seq - before - 1);
  };
}
