import { report as arrival } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { compile, encodeMessage } from '../influx/points/encode.ts';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import type { AgentMessage } from './decode.ts';
import { pointTime } from './point-time.ts';

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
    messageBytes: bytes,
    skewSeconds: skewUs === undefined ? undefined : skewUs / 1e6,
    clockRate: header.labRate,
    placedByLabTime: byLabTime,
  };
  encodeArrival(proof, tags, time, lines);
}
