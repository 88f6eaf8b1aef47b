import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@nestwatch/common/clock';
import { testClock } from '@nestwatch/testkit/clock';
import { createFileHost } from '../../src/host/file-host.ts';
import type { Probe, ProbeContext, ProbeEvent, ProbeField, Reading } from '../../src/probes/probe.ts';
import { FIXTURES, unpackRecording } from './pack-recording.ts';

export { FIXTURES };

/** A machine at one moment: a folder with its files below `root`, and clock.json with the time of recording. */
export interface Snapshot {
  readonly root: string;
  readonly clock: Clock;
}

/**
 * Successive snapshots 0, 1, 2 … of one case in test/fixtures/probes: a folder of files, or, where these are hundreds, one
 * .json.gz file made of them by support/pack-recording.ts.
 */
export function snapshots(name: string): Snapshot[] {
  const folder = existsSync(join(FIXTURES, name, '0')) ? join(FIXTURES, name) : unpackRecording(name);
  const found: Snapshot[] = [];
  for (let at = 0; existsSync(join(folder, String(at))); at += 1) {
    const root = join(folder, String(at));
    const { monoUs, wallUs } = JSON.parse(readFileSync(join(root, 'clock.json'), 'utf8'));
    found.push({ root, clock: testClock({ monoUs, wallUs }) });
  }
  if (found.length === 0) throw new Error(`no fixture ${name}`);
  return found;
}

/** What one probe answers over successive snapshots. */
export async function replay<K extends ProbeField>(
  probe: Probe<K>,
  name: string,
  events: ProbeEvent[] = [],
): Promise<Awaited<ReturnType<Probe<K>['read']>>[]> {
  const readings = [];
  for (const snapshot of snapshots(name)) {
    readings.push(await probe.read(contextOf(snapshot, events)));
  }
  return readings;
}

export function contextOf({ root, clock }: Snapshot, events: ProbeEvent[] = []): ProbeContext {
  return {
    host: createFileHost(root),
    clock,
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
  };
}

/** The value of a reading that must have one. */
export function valueFrom<T>(reading: Reading<T> | undefined): T {
  if (reading?.state !== 'known') throw new Error(`no value: ${JSON.stringify(reading)}`);
  return reading.value;
}
