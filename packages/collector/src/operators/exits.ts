import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import { exitsKey } from '../alerting/exits-wanted.ts';
import type { Verb } from './serve.ts';
import { idIn, labIn, lineIn } from './texts.ts';

const LONGEST_NAME = 64;

/** Has `node` (id) of `lab` trace why its guests exit, when it next asks for the time: `by`. */
export function askForExits(bucket: () => Promise<KV>, clock: Pick<Clock, 'wallUs'>): Verb {
  return async (body, { name }): Promise<{ readonly atUs: number }> => {
    const [lab, node] = [labIn(body), idIn(body['node'], 'node')];
    const atUs = clock.wallUs();
    const wish = { lab, node, atUs, by: name ?? lineIn(body['by'], LONGEST_NAME) };
    await (await bucket()).put(exitsKey(lab, node), JSON.stringify(wish));
    return { atUs };
  };
}
