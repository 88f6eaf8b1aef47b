import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createDoor } from '@nestwatch/collector/ingest/door';
import { type Clock, systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';
import { type EventShape, inboxPrefix } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { keepSynced } from '../../packages/agent/src/runtime/clock-sync/keep-synced.ts';
import { createSyncedLabClock } from '../../packages/agent/src/runtime/clock-sync/synced-lab-clock.ts';
import { serveTime } from '../../packages/collector/src/ingest/serve-time.ts';

let lab: TestLab;
let nats: NatsConnection;

beforeAll(async () => {
  lab = await createTestLab();
  // Answers go only where the node that asks may listen.
  nats = await connect({ servers: lab.servers.natsUrl, inboxPrefix: inboxPrefix('slow', 'n1') });
});

afterAll(async () => {
  await nats?.close();
  await lab?.[Symbol.asyncDispose]();
});

/** A machine whose second lasts ten of ours, that booted a day ago by its own clock, and that can stand still. */
function slowMachine(): { clock: Clock; standStill(us: number): void } {
  let missingUs = 0;
  const monoUs = () => Math.round((systemClock.monoUs() - missingUs) / 10);
  return {
    clock: { monoUs, wallUs: () => systemClock.wallUs() - 86_400e6 },
    standStill(us) {
      missingUs += us;
    },
  };
}

test('an agent in slow motion learns the time, the rate and its place, and tells when it stood still', async () => {
  const places: Record<string, { layer: number; parent: string }> = { 'slow/n1': { layer: 1, parent: 'n0' } };
  const answers = serveTime(nats, {
    clock: systemClock,
    collector: 'c',
    log: silentLog,
    door: createDoor({ clock: systemClock }),
    positionOf: (name, node) => places[`${name}/${node}`] ?? { parent: '' },
    exitsWantedOf: (_, node) => (node === 'n1' ? { exitsWantedUs: 7e15, exitsWantedByAlert: true } : {}),
  });
  const { clock, standStill } = slowMachine();
  const labClock = createSyncedLabClock({});
  const events: EventShape[] = [];
  const stop = new AbortController();
  let firstEstimates = 0;
  const wanted = new Set<string>();
  const running = keepSynced(nats, {
    lab: 'slow',
    node: 'n1',
    runId: 'b',
    clock,
    labClock,
    intervalMs: 100,
    log: silentLog,
    onFirst: async () => {
      firstEstimates += 1;
    },
    onExitsWanted: (atUs, byAlert) => wanted.add(`${atUs} ${byAlert}`),
    event: (body) => events.push(body),
    signal: stop.signal,
  });
  await waitUntil(() => labClock.first !== undefined, { what: 'a first estimate' });
  const errorUs = () => (labClock.estimate(clock.monoUs())?.labUs ?? 0) - systemClock.wallUs();
  const rateError = () => Math.abs((labClock.estimate(clock.monoUs())?.rate ?? 0) - 10);
  // At once on an idle machine; on a busy one the first answers may have been slow.
  const isRight = () => Math.abs(errorUs()) < 1e6 && rateError() < 0.5;
  await waitUntil(isRight, { what: 'the right time and rate', tail: () => `${errorUs()} ${rateError()}` });
  expect(labClock.position()).toEqual({ layer: 1, parent: 'n0' });

  standStill(30e6);
  await waitUntil(() => events.length > 0, { what: 'an event that tells of the pause' });
  expect(events[0]?.magnitude).toBeGreaterThan(28e6);
  expect(events[0]?.text).toMatch(/was paused for (29|30)\.\d s/);
  await waitUntil(isRight, { what: 'the right time after the pause', tail: () => `${errorUs()}` });
  expect(firstEstimates).toBe(1);
  expect([...wanted]).toEqual(['7000000000000000 true']);

  stop.abort();
  await running;
  answers.unsubscribe();
});
