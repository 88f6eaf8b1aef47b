import { createOutcomesToTell } from '@nestwatch/agent/runtime/outcomes-to-tell';
import { type BenchmarkShape, type Kind, messageId, subjects, v1 } from '@nestwatch/proto';
import type { SimulatedNode } from './simulated-labs.ts';
import type { Template } from './template.ts';
import { vary } from './vary.ts';

/** A message as an agent would publish it. */
export interface LoadMessage {
  subject: string;
  id: string;
  kind: Kind;
  seq: number;
  bytes: Uint8Array;
}

export interface NodeMessages {
  /** @param wallUs the node's clock, which is where the points will stand, µs since 1970 */
  sample(wallUs: number): LoadMessage;
  capability(wallUs: number): LoadMessage;
  started(wallUs: number): LoadMessage;
  benchmark(wallUs: number, result: BenchmarkShape): LoadMessage;
}

export interface NodeMessagesOptions {
  node: SimulatedNode;
  template: Template;
  random: () => number;
  intervalMs: number;
}

/** Makes the messages of one simulated node: the real types and sizes, the template's values varied. */
export function createNodeMessages({
  node,
  template,
  random,
  intervalMs,
}: NodeMessagesOptions): NodeMessages {
  const digits = () => Math.floor(random() * 2 ** 32).toString(16);
  const boot = `${digits().padStart(8, '0')}-${digits().padStart(8, '0')}`;
  const outcomesToTell = createOutcomesToTell(intervalMs);
  let seq = 0;
  const header = (wallUs: number) => {
    seq += 1;
    const { lab, node: id, name, layer, parent } = node;
    const clocks = { wallUs, monoUs: wallUs % 1e12, labUs: wallUs, labRate: 1 };
    return { lab, node: id, name, layer, parent, boot, seq, ...clocks, agentVersion: '0.1.0', intervalMs };
  };
  const wrap = (kind: Kind, bytes: Uint8Array): LoadMessage => ({
    subject: subjects.report(node.lab, node.node, kind),
    id: messageId(node.node, boot, seq),
    kind,
    seq,
    bytes,
  });
  return {
    sample(wallUs) {
      const body = vary(template.sample, random);
      const probes = outcomesToTell(body.probes ?? []);
      return wrap('sample', v1.Sample.encode({ ...body, probes, header: header(wallUs) }).finish());
    },
    capability: (wallUs) =>
      wrap(
        'capability',
        v1.Capability.encode({
          ...template.capability,
          trigger: 'start',
          header: header(wallUs),
        }).finish(),
      ),
    started: (wallUs) => {
      const text = `agent 0.1.0 started on ${node.name}`;
      const kind = v1.Event.Kind.AGENT_STARTED;
      return wrap('event', v1.Event.encode({ kind, text, header: header(wallUs) }).finish());
    },
    benchmark: (wallUs, result) =>
      wrap('benchmark', v1.BenchmarkResult.encode({ ...result, header: header(wallUs) }).finish()),
  };
}
