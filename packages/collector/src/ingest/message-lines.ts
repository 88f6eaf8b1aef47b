import { report as arrival } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { compile, encodeMessage } from '../influx/points/encode.ts';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import type { CheckedHeader } from './check-header.ts';
import type { AgentMessage } from './decode.ts';

const encodeArrival = compile(arrival);

/** Adds all lines that one message gives: its values by the catalogue, and the proof that it arrived. */
export function addMessageLines(message: AgentMessage, clockLimitMs: number, lines: LineBuffer): void {
  const { header, kind, body, bytes } = message;
  const { timeUs, byLabTime, skewUs } = pointTime(header, clockLimitMs);
  const tags = Buffer.from(commonTagsOf(header));
  const time = Buffer.from(String(timeUs));
  encodeMessage(kind, body, tags, time, lines);
  const proof = {
    kind,
    seq: header.seq,
    boot: header.runId,
    agentVersion: header.agentVersion,
    messageBytes: bytes,
    skewSeconds: skewUs === undefined ? undefined : skewUs / 1e6,
    clockRate: header.labRate,
    placedByLabTime: byLabTime,
  };
  encodeArrival(proof, tags, time, lines);
}

/**
 * Points stand at the node's own wall time unless that is off from lab time by more than the limit. Everything comes
 * from the message, so asking again gives the same time.
 * @returns with the node's wall clock minus the collector's by the agent's estimate, µs, where there is an estimate
 */
export function pointTime({ wallUs, labUs }: Pick<CheckedHeader, 'wallUs' | 'labUs'>, limitMs: number) {
  if (labUs === undefined) return { timeUs: wallUs, byLabTime: false };
  const skewUs = wallUs - labUs;
  const byLabTime = Math.abs(skewUs) > limitMs * 1000;
  return { timeUs: byLabTime ? labUs : wallUs, byLabTime, skewUs };
}
