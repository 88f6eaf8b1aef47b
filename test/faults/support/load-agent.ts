// An agent's outbox, sender and header with made-up samples at a high rate: what a fault run kills and stops.
// Every number whose message is in the outbox is noted in the journal, one line `run seq` for each.
import { randomBytes } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConfiguredOutbox } from '@nestwatch/agent/delivery/outbox';
import { keepSynced } from '@nestwatch/agent/runtime/clock-sync/keep-synced';
import { createSyncedLabClock } from '@nestwatch/agent/runtime/clock-sync/synced-lab-clock';
import { agentSchema } from '@nestwatch/agent/runtime/config/schema';
import { startDelivery } from '@nestwatch/agent/runtime/start-delivery';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
import { inboxPrefix, v1 } from '@nestwatch/proto';

const [stateDir = '', journal = '', perSecond = '20'] = process.argv.slice(2);
const config = loadConfig(agentSchema, { env: process.env, flags: {} });
const { lab, node = '' } = config;
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const log = createLog({
  level: 'info',
  format: 'text',
  write: (line) => process.stderr.write(line),
  now: Date.now,
});
// A machine whose clock is off, and which asks for the time as agents do.
const aheadUs = Number(process.env['LOAD_CLOCK_AHEAD_US'] ?? 0);
const clock = { ...systemClock, wallUs: () => systemClock.wallUs() + aheadUs };
const labClock = createSyncedLabClock({ layer: 0 });
const newRunId = () => `faults00-${randomBytes(4).toString('hex')}`;
const runId = newRunId();
const outbox = await openConfiguredOutbox(config, { stateDir, runId, clock, log });
const { sender, messenger, held } = startDelivery({
  config: { ...config, interval: 1000 },
  outbox,
  lab,
  node,
  name: node,
  runId,
  newRunId,
  clock,
  labClock,
  log,
});

const noted = openSync(journal, 'a');
const append = outbox.append;
outbox.append = async (kind, seq, bytes) => {
  const entry = await append(kind, seq, bytes);
  writeSync(noted, `${entry.runId} ${seq}\n`);
  return entry;
};

messenger.event({ kind: v1.Event.Kind.AGENT_STARTED, text: 'load began', held });
const connected = connectNats({
  url: config['nats.url'],
  name: `load ${node}`,
  log,
  signal: stop.signal,
  access: await natsAccess(config),
  inboxPrefix: inboxPrefix(lab, node),
});
const sending = connected.then((connection) => connection && sender.run(connection, stop.signal));
if (aheadUs !== 0) {
  void connected.then(
    (connection) =>
      connection &&
      keepSynced(connection, {
        ...{ lab, node, runId, clock, labClock, log, intervalMs: 1000, signal: stop.signal },
        onFirst: async () => undefined,
        onExitsWanted: () => undefined,
        event: () => undefined,
      }),
  );
}
for (let count = 1; !stop.signal.aborted; count++) {
  if (perSecond === '0') {
    await sleep(100);
    continue;
  }
  if (count % 50 === 0)
    messenger.event({ kind: v1.Event.Kind.CLOCK_STEPPED, text: `event ${count}`, magnitude: count });
  else messenger.sample({ load: { load1: count, load5: count / 2, load15: 0 } });
  await sleep(1000 / Number(perSecond));
}
await sender.drained(1000);
await sending;
await (await connected)?.close();
await outbox.close();
