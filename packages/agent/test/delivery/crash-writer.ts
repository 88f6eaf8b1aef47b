// Started and killed by crash.test.ts: fills an outbox, and prints each number once append() has resolved.
import { systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';
import { openOutbox } from '../../src/delivery/outbox.ts';

const [dir = '', runId = ''] = process.argv.slice(2);
const outbox = await openOutbox({
  dir,
  runId,
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: 86_400_000,
  clock: systemClock,
  log: silentLog,
  maintainMs: 20,
  syncAfterMs: 10,
});
for (let seq = 1; ; seq++) {
  const entry = await outbox.append(seq % 5 === 0 ? 'event' : 'sample', seq, Buffer.from(`${runId}:${seq}`));
  entry.sentMs = seq;
  process.stdout.write(`${seq}\n`);
  if (seq % 100 === 0) outbox.confirm(runId, [[seq - 99, seq - 50]]);
}
