import { seeded } from '@nestwatch/testkit/random';
import { createNodeMessages, type LoadMessage } from './node-messages.ts';
import type { SimulatedNode } from './simulated-labs.ts';
import type { Template } from './template.ts';

export interface HistoryOptions {
  nodes: readonly SimulatedNode[];
  template: Template;
  /** Samples of all nodes together. */
  samples: number;
  intervalMs: number;
  /** When the last sample was taken, µs since 1970. */
  endUs: number;
  seed: number;
}

/**
 * What these nodes would have sent up to a moment: all of them at each interval, oldest first. The same options give
 * the same messages.
 */
export function* history(options: HistoryOptions): Generator<LoadMessage> {
  const { nodes, template, samples, intervalMs, endUs, seed } = options;
  const random = seeded(seed);
  const makers = nodes.map((node) => createNodeMessages({ node, template, random, intervalMs }));
  const rounds = Math.ceil(samples / makers.length);
  let made = 0;
  for (let round = 0; round < rounds; round += 1) {
    const wallUs = endUs - (rounds - 1 - round) * intervalMs * 1000;
    for (const maker of makers) {
      if (made === samples) return;
      made += 1;
      yield maker.sample(wallUs);
    }
  }
}
