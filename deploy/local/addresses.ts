import { join } from 'node:path';
import { readNote, writeNote } from './notes.ts';
import type { ServerAddresses } from './servers.ts';

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
  return { NATS_URL: running.natsUrl, INFLUX_URL: running.influxUrl };
}
