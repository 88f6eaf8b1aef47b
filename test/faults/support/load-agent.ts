// An agent's outbox, sender and header with made-up samples at a high rate: what a fault run kills and stops.
// Every number whose message is in the outbox is noted in the journal, one line `run seq` for each.
import { randomBytes } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConfiguredOutbox } from '@nestwatch/agent/delivery/outbox';
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
const newRunId = () => `faults00-${randomBytes(4).toString('hex')}`;
const runId = newRunId();
const outbox = await openConfiguredOutbox(config, { stateDir, runId, clock: systemClock, log });
const { sender, messenger, held } = startDelivery({
  config: { ...config, interval: 1000 },
  outbox,
  lab,
  node,
  name: node,
  runId,
  newRunId,
  clock: systemClock,
  labClock: createSyncedLabClock({ layer: 0 }),
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
