import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { startTicks } from './processes.ts';
import type { ServerAddresses } from './servers.ts';

/** Environment of programs of a clone: where nestwatch is installed as well, its settings in /etc are for other servers. */
export const NOT_INSTALLED = { NESTWATCH_CONFIG: devNull };

/** Notes in a file what other programs need to know of this process, for as long as it runs. For its owner only. */
export function writeNote(file: string, facts: object): void {
  const note = { ...facts, pid: process.pid, startTicks: startTicks(process.pid) };
  writeFileSync(file, JSON.stringify(note), { mode: 0o600 });
}

/** What a process that runs noted in a file; undefined when none did, or when it has ended. */
export function readNote<T extends object>(file: string): (T & { pid: number }) | undefined {
  try {
    const note = JSON.parse(readFileSync(file, 'utf8')) as T & { pid: number; startTicks?: string };
    return note.startTicks !== undefined && startTicks(note.pid) === note.startTicks ? note : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes this process the only one that uses a folder.
 * @returns what gives the folder free again
 * @throws UsageError naming the pid of the other.
 */
export function claimFolder(dir: string, what: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'running.json');
  const other = readNote(file);
  if (other !== undefined) {
    throw new UsageError(
      `${what} already runs as pid ${other.pid}: stop that one first ("kill ${other.pid}")`,
    );
  }
  writeNote(file, {});
  return () => rmSync(file, { force: true });
}

const noteIn = (dir: string) => join(dir, 'servers.json');

/** Notes in a folder which servers this process uses, so that other programs can join them while it runs. */
export function noteAddresses(dir: string, { natsUrl, influxUrl }: ServerAddresses): void {
  writeNote(noteIn(dir), { natsUrl, influxUrl });
}

/** The servers of the program that uses this folder now; undefined when none does. */
export const readAddresses = (dir: string) => readNote<ServerAddresses>(noteIn(dir));

/** Environment that names the servers of the `npm start`, else the `npm run lab`, that runs in a project's folder. */
export function addressesHere(top: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const running = ['start', 'lab']
    .map((folder) => readAddresses(join(top, '.nestwatch', folder)))
    .find((addresses) => addresses !== undefined);
  // Whoever names one server has a lab elsewhere in mind.
  if (running === undefined || env['NATS_URL'] || env['INFLUX_URL']) return {};
  const config = env['NESTWATCH_CONFIG'] ? {} : NOT_INSTALLED;
  return { NATS_URL: running.natsUrl, INFLUX_URL: running.influxUrl, ...config };
}
