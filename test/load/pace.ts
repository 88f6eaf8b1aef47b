import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { seeded } from '@nestwatch/testkit/random';
import { createNodeMessages, type LoadMessage } from './node-messages.ts';
import type { Publishers } from './publishers.ts';
import type { SimulatedNode } from './simulated-labs.ts';
import type { Template } from './template.ts';

export interface PaceOptions {
  nodes: readonly SimulatedNode[];
  template: Template;
  intervalMs: number;
  durationMs: number;
  clock: Clock;
  seed: number;
  /** Share of the nodes whose agents start now, with a start event and their capability. Default: all of them. */
  starting?: number;
}

/** How far behind its own timetable the load was, ms, at each wake-up: large values mean that the load itself lagged. */
export interface PaceResult {
  published: number;
  worstLatenessMs: number;
}

const WAKE_EVERY_MS = 5;

/**
 * Publishes as that many agents would: each node one sample in each interval, the nodes spread evenly over it. A node
 * begins with its start event and its capability.
 */
export async function pace(
  publishers: Publishers,
  options: PaceOptions,
  signal: AbortSignal,
): Promise<PaceResult> {
  const { nodes, template, intervalMs, durationMs, clock, seed, starting = 1 } = options;
  const random = seeded(seed);
  const makers = nodes.map((node) => createNodeMessages({ node, template, random, intervalMs }));
  const flying = new Set<Promise<void>>();
  const send = (message: LoadMessage, via: number) => {
    const one = publishers.publish(message, via).finally(() => flying.delete(one));
    flying.add(one);
  };
  const total = Math.round((durationMs / intervalMs) * nodes.length);
  const startUs = clock.monoUs();
  let [published, worstLatenessMs] = [0, 0];
  while (published < total && !signal.aborted) {
    const elapsedMs = (clock.monoUs() - startUs) / 1000;
    const due = Math.min(total, Math.floor((elapsedMs / intervalMs) * nodes.length) + 1);
    const dueAtMs = (published / nodes.length) * intervalMs;
    if (published < due) worstLatenessMs = Math.max(worstLatenessMs, elapsedMs - dueAtMs);
    for (; published < due; published += 1) {
      const at = published % nodes.length;
      const maker = makers[at];
      if (maker === undefined) break;
      if (published < nodes.length && random() < starting) {
        send(maker.started(clock.wallUs()), at);
        send(maker.capability(clock.wallUs()), at);
      }
      send(maker.sample(clock.wallUs()), at);
    }
    await pause(WAKE_EVERY_MS, signal);
  }
  await Promise.all(flying);
  return { published, worstLatenessMs };
}
