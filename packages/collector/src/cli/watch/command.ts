import { stdin } from 'node:process';
import { pause } from '@nestwatch/common/backoff';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { readFiring } from '../../read/alerts.ts';
import { createLiveReader } from '../../read/live-table.ts';
import { chooseLab } from '../choose-lab.ts';
import { openReader } from '../open-reader.ts';
import { textOption, type UserSchema } from '../settings.ts';
import { watchOnTerminal } from './on-terminal.ts';
import { headingOf, tableOf } from './render.ts';
import type { Reading } from './view.ts';

const DEFAULT_EVERY = '3s';
const SHORTEST_MS = 1000;
const LONGEST_MS = 3_600_000;

export type Read = () => Promise<Reading>;

/**
 * `nestwatch watch [LAB]`: all machines as they are now, until somebody quits. On a terminal it takes the whole window; elsewhere,
 * and with --json, it prints one table, or one line of JSON, after the other.
 */
export async function watch(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout } = context;
  const everyMs = intervalOf(context);
  const store = await openReader(context);
  const lab = words[0] === undefined ? undefined : await chooseLab(store, words[0]);
  const readRows = createLiveReader(store, lab);
  const read: Read = async () => {
    const nowUs = Date.now() * 1000;
    const [rows, alerts] = await Promise.all([readRows(nowUs), readFiring(store, lab)]);
    return { rows, alerts, atUs: nowUs };
  };
  const isWindow = stdout.isTTY && stdin.isTTY && !options['once'] && !options['json'];
  return isWindow
    ? watchOnTerminal({ ...context, stdin }, read, everyMs)
    : printAgainAndAgain(context, read, everyMs);
}

function intervalOf(context: CommandContext<UserSchema>): number {
  const given = textOption(context, 'every') ?? DEFAULT_EVERY;
  const ms = parseDuration(given);
  if (ms === undefined || ms < SHORTEST_MS || ms > LONGEST_MS)
    throw new UsageError(`--every ${given}: give a time from 1s to 1h`);
  return ms;
}

/** Exit 1 when the only reading failed, or found nobody. */
async function printAgainAndAgain(
  { options, stdout, stderr, env, signal }: CommandContext<UserSchema>,
  read: Read,
  everyMs: number,
): Promise<number> {
  const paint = paintFor(stdout, env);
  const isOnce = options['once'] === true;
  do {
    try {
      const reading = await read();
      if (options['json']) stdout.write(`${JSON.stringify(reading)}\n`);
      else if (reading.rows.length > 0) {
        const heading = headingOf(reading, reading.atUs, 'tree', paint);
        stdout.write(`${[heading, ...tableOf(reading, reading.atUs, 'tree', paint), ''].join('\n')}\n`);
      } else stderr.write('no machine has reported yet\n');
      if (isOnce) return reading.rows.length > 0 ? EXIT.ok : EXIT.failed;
    } catch (error) {
      if (isOnce) throw error;
      stderr.write(`cannot read InfluxDB: ${messageOf(error)}\n`);
    }
  } while (await pause(everyMs, signal));
  return EXIT.ok;
}
