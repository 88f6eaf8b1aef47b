import { report as reportMeasurement } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { compile, encodeReport } from '../influx/points/encode.ts';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import type { Report } from './decode.ts';
import { place } from './point-time.ts';

const encodeProof = compile(reportMeasurement);

/** Adds all lines that one report gives: its values by the catalogue, and the proof that it arrived. */
export function addReportLines(report: Report, clockLimitMs: number, lines: LineBuffer): void {
  const { header, kind, body, bytes } = report;
  const { timeUs, byLabTime, skewUs } = place(header, clockLimitMs);
  const tags = Buffer.from(commonTagsOf(header));
  const time = Buffer.from(String(timeUs));
  encodeReport(kind, body, tags, time, lines);
  const proof = {
    ...{ kind, seq: header.seq, boot: header.boot, messageBytes: bytes },
    ...{ skewSeconds: skewUs === undefined ? undefined : skewUs / 1e6, clockRate: header.labRate },
    placedByLabTime: byLabTime,
  };
  encodeProof(proof, tags, time, lines);
}
