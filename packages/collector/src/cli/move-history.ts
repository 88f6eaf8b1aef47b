import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { readConfig } from '@nestwatch/common/config/load';
import { RetryableError, UsageError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { redact } from '@nestwatch/common/redact';
import { retryUntil } from '@nestwatch/common/retry';
import { collectorSchema } from '../config/schema.ts';
import { type MovedRow, moveHistory } from '../influx/move/move-history.ts';
import { openProgress } from '../influx/move/progress.ts';
import { openSource } from '../influx/move/source.ts';
import type { InfluxConfig } from '../influx/settings.ts';
import { openStore } from '../influx/store.ts';
import { storeName, withStore } from '../influx/store-name.ts';
import { textOption, type UserSchema } from './settings.ts';

const PROGRESS_FILE = 'nestwatch-move-history.json';
/** Minimum time between two progress messages. */
const SAY_EVERY_MS = 5000;

/**
 * `nestwatch move-history --from FILE|URL`: moves what an old InfluxDB holds to the configured one. Exit 1 when it was
 * stopped, or when something did not arrive.
 */
export async function moveHistoryCommand(context: CommandContext<UserSchema>): Promise<number> {
  const { config, options, stdout, stderr, signal } = context;
  const old = await oldConfig(context);
  const [from, to] = [nameOf(old), nameOf(config)];
  if (from === to) throw new UsageError(`${from} is the target itself: set influx.url to the new server`);
  const progress = openProgress(textOption(context, 'progress') ?? PROGRESS_FILE, from, to);
  const log = createLog({ level: 'info', format: 'text', write: (line) => void stderr.write(line) });
  const source = await openSource(old);
  stderr.write(`moving ${from} to ${to}\n`);
  const rows = await moveHistory({
    source,
    targetName: storeName(config),
    openTarget: (name) => openStore(withStore(config, name)),
    progress,
    endUs: Date.now() * 1000,
    again: (act) =>
      retryUntil(act, {
        signal,
        log,
        failing: 'a server does not answer, retrying',
        working: 'the server answers again',
        eachReason: true,
        giveUp: (error) => !(error instanceof RetryableError),
      }).then((result) => (signal.aborted ? undefined : result)),
    onProgress: sayAtTimes((text) => stderr.write(text)),
  });
  if (rows === undefined) {
    stderr.write('stopped: run the same command again to continue\n');
    return EXIT.failed;
  }
  if (options['json']) stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else stdout.write(renderMoved(rows));
  return EXIT.ok;
}

/** The old server, by the configuration of a collector that used it or by its address alone. */
async function oldConfig(context: CommandContext<UserSchema>): Promise<InfluxConfig> {
  const from = textOption(context, 'from');
  const database = textOption(context, 'from-database');
  if (from === undefined)
    throw new UsageError('give the source: --from old.yaml, or --from http://old-server:8086');
  const isAddress = /^https?:\/\//.test(from);
  const file = isAddress ? '' : from;
  const flags = {
    ...(isAddress ? { 'influx.url': from } : {}),
    ...(database === undefined ? {} : { 'influx.database': database }),
  };
  // The file of a collector, or of this command: it knows all settings of both.
  return readConfig(collectorSchema, { file, fileRequired: !isAddress, env: {}, flags });
}

const nameOf = (config: InfluxConfig) =>
  `${redact(config['influx.url']).replace(/\/+$/, '')}, ${storeName(config)}`;

function sayAtTimes(say: (text: string) => void) {
  let nextMs = 0;
  return ({ database, measurement, points, doneUs }: MovedRow) => {
    if (Date.now() < nextMs) return;
    nextMs = Date.now() + SAY_EVERY_MS;
    const until = new Date(doneUs / 1000).toISOString();
    say(`${database}, ${measurement}: ${points} points, until ${until}\n`);
  };
}

function renderMoved(rows: readonly MovedRow[]): string {
  const columns: Column<MovedRow>[] = [
    { title: 'DATABASE', value: (row) => row.database },
    { title: 'MEASUREMENT', value: (row) => row.measurement },
    { title: 'POINTS', value: (row) => String(row.points), align: 'right' },
    { title: 'VALUES', value: (row) => String(row.values), align: 'right' },
    { title: 'EXPIRED', value: (row) => String(row.expired), align: 'right' },
  ];
  return renderTable(columns, rows);
}
