import { subjects, v1 } from '@nestwatch/proto';
import { seeded } from '@nestwatch/testkit/random';
import { hostileMessage } from '../../hostile/fuzz.ts';
import { createNodeMessages } from '../../load/node-messages.ts';
import { simulatedLabs } from '../../load/simulated-labs.ts';
import { wholeBody, wholeTemplate } from './whole-template.ts';

/** A message on its way to the stream. */
export interface Sent {
  subject: string;
  /** Absent for one that the stream shall take again. */
  id?: string;
  bytes: Uint8Array;
}

export interface WholeLab {
  messages: Sent[];
  /** Messages that are to be written, each counted once. */
  reports: number;
  repeated: number;
  hostile: number;
  /** Results in rounds, each of which gets a ratio to layer 0. */
  results: number;
}

export interface WholeLabOptions {
  nodes: number;
  intervals: number;
  hostile: number;
  seed: number;
  /** Where the last points stand, µs since 1970. */
  endUs: number;
}

const INTERVAL_MS = 10_000;
const ROUND_EVERY = 20;
const REPEAT_EVERY = 10;

/**
 * What a lab sends in a while: starts, capabilities, samples that fill every measurement, rounds of a benchmark; a part
 * of it twice, as after the duplicate window; and hostile messages between. The same options give the same bytes.
 */
export function wholeLab({ nodes, intervals, hostile, seed, endUs }: WholeLabOptions): WholeLab {
  const random = seeded(seed);
  const template = wholeTemplate();
  const labs = simulatedLabs(nodes);
  const makers = labs.map((node) => createNodeMessages({ node, template, random, intervalMs: INTERVAL_MS }));
  const messages: Sent[] = [];
  let [results, repeated] = [0, 0];
  for (let interval = 0; interval < intervals; interval += 1) {
    const startUs = endUs - (intervals - interval) * INTERVAL_MS * 1000;
    for (const [at, maker] of makers.entries()) {
      // Messages of one node never share a time.
      let timeUs = startUs + at * 1000;
      const next = () => timeUs++;
      if (interval === 0) messages.push(maker.started(next()), maker.capability(next()));
      const sample = maker.sample(next());
      messages.push(sample);
      if (interval % ROUND_EVERY === 0) {
        const layer = labs[at]?.layer ?? 0;
        messages.push(maker.benchmark(next(), result(interval, layer, random)));
        results += 1;
      }
      if ((interval * nodes + at) % REPEAT_EVERY === 0) {
        messages.push({ subject: sample.subject, bytes: sample.bytes });
        repeated += 1;
      }
    }
  }
  const reports = messages.length - repeated;
  for (let made = 1; made <= hostile; made += 1) {
    const { lab, node, kind, bytes } = hostileMessage(random, made);
    messages.splice(Math.floor(random() * messages.length), 0, {
      subject: subjects.report(lab, node, kind),
      id: `hostile/${made}`,
      bytes,
    });
  }
  return { messages, reports, repeated, hostile, results };
}

/** One result of a round in which each layer takes longer. */
function result(round: number, layer: number, random: () => number) {
  return {
    ...wholeBody('benchmark'),
    benchmark: 'cpu.sha256',
    variant: '',
    target: '',
    unit: 'byte',
    argumentsHash: 'alike',
    outcome: v1.BenchmarkResult.Outcome.OK,
    round: `cpu.sha256@${round}`,
    secondsPerUnit: 1e-9 * 2 ** layer * (0.9 + random() / 5),
    disturbances: random() < 0.2 ? ['load: something else ran'] : [],
  };
}
