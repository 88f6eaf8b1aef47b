import { silentLog } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import { createFileHost } from '../../src/host/file-host.ts';
import { probes } from '../../src/probes/index.ts';
import { createProbeRunner } from '../../src/probes/runner.ts';
import { snapshots } from './replay.ts';

export type RecordedSample = ReturnType<typeof v1.Sample.decode>;

/** The last sample that an agent would send from a recorded machine, as the collector decodes it. */
export async function recordedSample(name: string): Promise<RecordedSample> {
  const recorded = snapshots(name);
  let at = recorded[0];
  const clock = { monoUs: () => at?.clock.monoUs() ?? 0, wallUs: () => at?.clock.wallUs() ?? 0 };
  const runner = createProbeRunner({
    ...{ probes, off: [], clock, limitMs: 60_000, log: silentLog },
    host: createFileHost('/nonexistent'),
  });
  let sample = v1.Sample.decode(new Uint8Array());
  for (at of recorded) {
    const body = await runner.tick(new AbortController().signal, createFileHost(at.root));
    sample = v1.Sample.decode(v1.Sample.encode(body ?? {}).finish());
  }
  return sample;
}
