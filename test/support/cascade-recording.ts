import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Store } from '@nestwatch/collector/influx/store';
import { top } from '../../deploy/local/top.ts';

/** Name of the lab in the recording. */
export const RECORDED_LAB = 'cascade';

/**
 * Seven minutes of the emulated cascade, guest0 to guest3, as InfluxDB had them: line protocol whose times are µs
 * before the end. Made by asking InfluxDB for every measurement of a running `npm run lab`; in the last two minutes a
 * busy loop in guest2 takes the CPU from guest3.
 */
export function recordedLines(endUs: number): string[] {
  const file = join(top, 'test/fixtures/cascade.lp.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const at = line.lastIndexOf(' ');
    return `${line.slice(0, at)} ${endUs + Number(line.slice(at + 1))}`;
  });
}

/** Writes the recording so that it ends at `endUs`. */
export async function writeRecording(store: Pick<Store, 'write'>, endUs: number): Promise<void> {
  await store.write(recordedLines(endUs));
}
