import { collectorSchema } from '@nestwatch/collector/config/schema';
import { createDoor } from '@nestwatch/collector/ingest/door';
import { runTurns } from '@nestwatch/collector/turns/turns';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { silentLog } from '@nestwatch/common/log';
import { inboxPrefix, subjects } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { vi } from 'vitest';

/** The part of a collector that grants turns. */
export interface Granting {
  /** As a collector ends. */
  stop(): Promise<void>;
  /** As one is killed: it gives nothing back. */
  die(): Promise<void>;
}

export async function startGranting(
  nats: TestNats,
  flags: Readonly<Record<string, string>> = {},
): Promise<Granting> {
  const stopping = new AbortController();
  const [connection, questions] = [await nats.connect(), await nats.connect()];
  const granting = runTurns(
    {
      connection,
      questions,
      door: createDoor({ clock: systemClock }),
      config: loadConfig(collectorSchema, { env: {}, flags }),
      positionOf: () => ({ parent: '' }),
      clock: systemClock,
      log: silentLog,
    },
    stopping.signal,
  );
  return {
    async stop() {
      stopping.abort();
      await granting;
    },
    async die() {
      await Promise.all([connection.close(), questions.close()]);
      stopping.abort();
      await granting;
    },
  };
}

/** Waits until some collector grants turns: it answers what is no request, too. */
export async function untilGranted(nats: TestNats): Promise<void> {
  const probe = await nats.connect({ inboxPrefix: inboxPrefix('test', 'probe') });
  await vi.waitFor(() => probe.request(subjects.turn('test', 'probe'), '', { timeout: 1000 }), PATIENT);
  await probe.close();
}

/** A real nats-server, with the part of a collector that grants turns. */
export async function startGrantingNats(flags: Readonly<Record<string, string>> = {}): Promise<TestNats> {
  const nats = await startTestNats();
  const granting = await startGranting(nats, flags);
  await untilGranted(nats);
  const stop = async () => {
    await granting.stop();
    await nats.stop();
  };
  return { ...nats, stop, [Symbol.asyncDispose]: stop };
}
