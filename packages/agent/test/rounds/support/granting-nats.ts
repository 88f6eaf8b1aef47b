import { collectorSchema } from '@nestwatch/collector/config/schema';
import { runTurns } from '@nestwatch/collector/turns/turns';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { silentLog } from '@nestwatch/common/log';
import { inboxPrefix, subjects } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { vi } from 'vitest';

/** A real nats-server, with the part of a collector that grants turns. */
export async function startGrantingNats(): Promise<TestNats> {
  const nats = await startTestNats();
  const stopping = new AbortController();
  const granting = runTurns(
    {
      connection: await nats.connect(),
      config: loadConfig(collectorSchema, { env: {}, flags: {} }),
      positionOf: () => ({ parent: '' }),
      clock: systemClock,
      log: silentLog,
    },
    stopping.signal,
  );
  const probe = await nats.connect({ inboxPrefix: inboxPrefix('test', 'probe') });
  // One that grants answers what is no request.
  await vi.waitFor(() => probe.request(subjects.turn('test', 'probe'), '', { timeout: 1000 }), PATIENT);
  const stop = async () => {
    stopping.abort();
    await granting;
    await nats.stop();
  };
  return { ...nats, stop, [Symbol.asyncDispose]: stop };
}
