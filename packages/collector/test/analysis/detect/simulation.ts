import { seeded } from '@nestwatch/testkit/random';
import type { Observation } from '../../../src/analysis/detect/observation.ts';

/** Kinds of noise that rounds of a benchmark have been seen to have. */
export const NOISE_KINDS = ['gaussian', 'autocorrelated', 'spiky', 'drifting host', 'heavy tail'] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

/** A standard normal number (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface Simulated {
  kind: NoiseKind;
  /** Standard deviation of the logarithm of child over parent, spikes apart: 0.1 is 10 % noise. */
  noise: number;
  rounds: number;
  seed: number;
  /** Share of rounds in which child or parent, either alike, is 1.5 to 3 times slower for that round alone. */
  spikes?: number;
}

/**
 * Rounds of one benchmark on a guest and its parent, whose noise is independent. The host's own drift, a slow
 * random walk around a mean with a standard deviation of 25 %, reaches both.
 */
export function simulate({ kind, noise, rounds, seed, spikes = 0.05 }: Simulated): Observation[] {
  const random = seeded(seed);
  const each = noise / Math.SQRT2;
  const guest = noiseOf(kind, random);
  const parent = noiseOf(kind, random);
  let drift = 0;
  return Array.from({ length: rounds }, (_, round) => {
    if (kind === 'drifting host') drift = 0.98 * drift + 0.05 * normal(random);
    const spike = () => (kind === 'spiky' && random() < spikes / 2 ? Math.log(1.5 + 1.5 * random()) : 0);
    return {
      timeUs: round * 3_600_000_000,
      machine: 'same',
      environment: 'same',
      own: drift + each * guest() + spike(),
      reference: drift + each * parent() + spike(),
    };
  });
}

function noiseOf(kind: NoiseKind, random: () => number): () => number {
  if (kind === 'autocorrelated') {
    let last = normal(random);
    return () => {
      last = 0.6 * last + 0.8 * normal(random);
      return last;
    };
  }
  if (kind === 'heavy tail') {
    // Student's t with 3 degrees of freedom, brought to a standard deviation of 1.
    return () => {
      const chi = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
      return normal(random) / Math.sqrt(chi / 3) / Math.sqrt(3);
    };
  }
  return () => normal(random);
}
