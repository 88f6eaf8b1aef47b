import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTicks } from './processes.ts';
import type { ServerAddresses } from './servers.ts';

interface Note extends ServerAddresses {
  pid: number;
  startTicks: string | undefined;
}

/** Notes in a folder which servers this process uses, so that other programs can join them while it runs. */
export function noteAddresses(dir: string, { natsUrl, influxUrl }: ServerAddresses): void {
  const note: Note = { natsUrl, influxUrl, pid: process.pid, startTicks: startTicks(process.pid) };
  writeFileSync(join(dir, 'servers.json'), JSON.stringify(note), { mode: 0o600 });
}

/** The servers of the program that uses this folder now; undefined when none does. */
export function readAddresses(dir: string): ServerAddresses | undefined {
  try {
    const note = JSON.parse(readFileSync(join(dir, 'servers.json'), 'utf8')) as Note;
    return note.startTicks !== undefined && startTicks(note.pid) === note.startTicks ? note : undefined;
  } catch {
    return undefined;
  }
}

/** Environment that names the servers of the `npm start`, else the `npm run lab`, that runs in a project's folder. */
export function addressesHere(top: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const running = ['start', 'lab']
    .map((folder) => readAddresses(join(top, '.nestwatch', folder)))
    .find((addresses) => addresses !== undefined);
  // Whoever names one server has a lab elsewhere in mind.
  if (running === undefined || env['NATS_URL'] || env['INFLUX_URL']) return {};
  return { NATS_URL: running.natsUrl, INFLUX_URL: running.influxUrl };
}
