import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Kind, subjects, v1 } from '@nestwatch/proto';

const ROUND_US = 20_000_000;
/** Times of the four layers in a usual round. */
export const USUAL = [1, 1.2, 1.5, 2];

/** What the four layers are like in one round; by layer. */
export interface RoundFigures {
  /** Times of layer 0's usual time. */
  readonly seconds: readonly number[];
  readonly steal?: readonly number[];
}

/**
 * A lab of guest0 to guest3 whose agents are played: real messages over a real NATS, as agents send them, at times
 * of our choosing. Rounds follow each other every 20 s and began 18 minutes ago.
 */
export function createPlayedLab(connection: NatsConnection, lab: string) {
  const stream: JetStreamClient = jetstream(connection);
  const names = ['guest0', 'guest1', 'guest2', 'guest3'];
  const seqs = new Map<string, number>();
  let timeUs = Date.now() * 1000 - 54 * ROUND_US;
  let noise = 0;
  let lastUs = 0;

  const header = (layer: number, atUs: number) => {
    const node = names[layer] ?? '';
    const seq = (seqs.get(node) ?? 0) + 1;
    seqs.set(node, seq);
    const parent = names[layer - 1] ?? '';
    return {
      lab,
      node,
      name: node,
      boot: '0123abcd-played',
      seq,
      wallUs: atUs,
      monoUs: atUs % 1e12,
      labUs: atUs,
      layer,
      parent,
    };
  };
  const send = async (layer: number, kind: Kind, bytes: Uint8Array) => {
    await stream.publish(subjects.report(lab, names[layer] ?? '', kind), bytes);
  };
  const sample = async (layer: number, atUs: number, stealRatio: number) => {
    const body = { header: header(layer, atUs), cpuTime: { cpus: 1, stealRatio, idleRatio: 1 - stealRatio } };
    await send(layer, 'sample', v1.Sample.encode(body).finish());
  };

  return {
    names,
    /** Time of the last result that was played, µs. */
    lastUs: () => lastUs,
    /** Plays rounds with a little noise of their own, the same in every run. */
    async rounds(count: number, { seconds, steal = [0, 0.02, 0.02, 0.02] }: RoundFigures): Promise<void> {
      for (let at = 0; at < count; at += 1) {
        timeUs += ROUND_US;
        const round = `cpu.sha256@${new Date(timeUs / 1000).toISOString()}`;
        for (const [layer, base] of seconds.entries()) {
          noise = (noise * 16_807 + 11) % 2_147_483_647;
          const atUs = timeUs + layer * 4_000_000;
          lastUs = atUs;
          const body = {
            header: header(layer, atUs),
            benchmark: 'cpu.sha256',
            round,
            unit: 'byte',
            argumentsHash: 'abc',
            outcome: v1.BenchmarkResult.Outcome.OK,
            secondsPerUnit: base * 4e-9 * (1 + (noise % 100) / 2000),
            environment: { fingerprint: `f${layer}`, cpus: 1, kernel: '6.1' },
          };
          await sample(layer, atUs - 1_000_000, steal[layer] ?? 0);
          await send(layer, 'benchmark', v1.BenchmarkResult.encode(body).finish());
        }
      }
    },
    /** Every node reports now. */
    async alive(): Promise<void> {
      for (const layer of names.keys()) await sample(layer, Date.now() * 1000, 0.02);
    },
  };
}
