// What it costs to sync each message: `npm run sync-cost`. Prints a table; figures are of this machine and its disk.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { renderTable } from '@nestwatch/common/cli/table';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses } from '../../deploy/local/processes.ts';
import { NATS_SERVER, requireTools } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';

interface Row {
  what: string;
  perSecond: number;
}

const MESSAGE = Buffer.alloc(500, 7);
const COUNT = 20_000;
const ALONE = 1000;

const [binary = 'nats-server'] = await requireTools([NATS_SERVER], (line) =>
  process.stderr.write(`${line}\n`),
);
const version = execFileSync(binary, ['--version']).toString().trim();
// On the disk, not in /tmp, which may be memory.
const dir = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'nestwatch-sync-'));
const processes = createProcesses(join(dir, 'logs'));
const rows: Row[] = [];

try {
  rows.push(...(await appends()));
  rows.push(...(await publishes('as it is', '')));
  if (/v2\.(1\d|[2-9]\d)|v[3-9]/.test(version)) {
    rows.push(...(await publishes('sync_interval: always', 'sync_interval: always')));
  }
} finally {
  await processes.stopAll();
  rmSync(dir, { recursive: true, force: true });
}
process.stdout.write(
  `${version}, messages of ${MESSAGE.length} bytes\n${renderTable<Row>(
    [
      { title: 'WHAT', value: (row) => row.what },
      { title: 'PER SECOND', value: (row) => row.perSecond.toFixed(0), align: 'right' },
    ],
    rows,
  )}`,
);

/** What the disk itself does: the bound for any server that syncs each message. */
async function appends(): Promise<Row[]> {
  const file = await open(join(dir, 'appended'), 'w');
  const plain = await rate(COUNT, async () => void (await file.write(MESSAGE)));
  const synced = await rate(ALONE, async () => {
    await file.write(MESSAGE);
    await file.datasync();
  });
  await file.close();
  return [
    { what: 'append to a file', perSecond: plain },
    { what: 'append to a file and sync it', perSecond: synced },
  ];
}

async function publishes(what: string, setting: string): Promise<Row[]> {
  const port = await freePort();
  const folder = join(dir, what.replace(/\W/g, '-'));
  mkdirSync(folder);
  const conf = join(folder, 'nats.conf');
  writeFileSync(
    conf,
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(folder)}\n${setting}\n}\n`,
  );
  const child = processes.start(`nats-${port}`, binary, ['-c', conf]);
  const reachable = () =>
    connect({ port, reconnect: false, timeout: 500 }).then(
      (connection) => connection.close().then(() => true),
      () => false,
    );
  await waitUntil(reachable, { what: 'nats-server', child });
  const connection = await connect({ port });
  await (await jetstreamManager(connection)).streams.add({ name: 'COST', subjects: ['cost'] });
  const stream = jetstream(connection);
  const alone = await rate(ALONE, async () => void (await stream.publish('cost', MESSAGE)));
  const together = await rate(COUNT / 200, async () => {
    await Promise.all(Array.from({ length: 200 }, () => stream.publish('cost', MESSAGE)));
  });
  await connection.close();
  await processes.stop(child);
  return [
    { what: `JetStream ${what}, one after the other`, perSecond: alone },
    { what: `JetStream ${what}, 200 under way`, perSecond: together * 200 },
  ];
}

/** How often an act is done in a second. */
async function rate(times: number, act: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  for (let done = 0; done < times; done++) await act();
  return times / ((performance.now() - startMs) / 1000);
}
