import type { Store } from '@nestwatch/collector/influx/store';
import { pause } from '@nestwatch/common/backoff';
import { systemClock } from '@nestwatch/common/clock';
import { createNodeMessages } from '../../test/load/node-messages.ts';
import { openPublishers } from '../../test/load/publishers.ts';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import type { Template } from '../../test/load/template.ts';

const [NODES, ROUNDS, EVERY_MS] = [10, 10, 1000] as const;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 60_000;

/** How late messages were: from when they were sent to the end of the query that found them, ms; upper bounds. */
interface Lateness {
  readonly median: number;
  readonly most: number;
}

/** Ten nodes that send a sample a second, ten times, from now on, while something else goes on. */
export function sendBeside(
  natsUrl: string,
  store: Store,
  template: Template,
  lab: string,
  signal: AbortSignal,
) {
  const sentMs: number[] = [];
  const lateMs: number[] = [];
  const count = NODES * ROUNDS;

  async function send(): Promise<void> {
    await using publishers = await openPublishers(natsUrl, 1);
    const makers = simulatedLabs(NODES, lab).map((node) =>
      createNodeMessages({ node, template, random: () => 0.5, intervalMs: EVERY_MS }),
    );
    for (let round = 0; round < ROUNDS && !signal.aborted; round += 1) {
      await Promise.all(
        makers.map(async (maker, at) => {
          sentMs.push(performance.now());
          await publishers.publish(maker.sample(systemClock.wallUs()), at);
        }),
      );
      await pause(EVERY_MS, signal);
    }
  }

  /** Messages come in the order in which they were sent, so the newest found tells how late each was. */
  async function observe(): Promise<void> {
    const query = `SELECT count("seq") AS "count" FROM nestwatch_report WHERE lab = '${lab}-0'`;
    const endMs = performance.now() + PATIENCE_MS;
    while (lateMs.length < count && performance.now() < endMs && !signal.aborted) {
      const found = Number((await store.query(query))[0]?.rows[0]?.['count'] ?? 0);
      const nowMs = performance.now();
      while (lateMs.length < found) lateMs.push(nowMs - (sentMs[lateMs.length] ?? nowMs));
      await pause(LOOK_EVERY_MS, signal);
    }
  }
  const sending = send();
  const observing = observe();
  return {
    /** How many it sends. */
    count,
    /** When all were found. */
    async lateness(): Promise<Lateness> {
      await Promise.all([sending, observing]);
      const sorted = [...lateMs].sort((a, b) => a - b);
      return {
        median: Math.round(sorted[count >> 1] ?? Number.NaN),
        most: Math.round(sorted.at(-1) ?? Number.NaN),
      };
    },
  };
}
