import { join } from 'node:path';
import { startServer } from './nats.ts';
import { freePort } from './ports.ts';
import type { Processes } from './processes.ts';
import { answersOk } from './wait.ts';

/** Starts influxd 1.x on a loopback port, its data below `dir`, and waits until it answers. */
export async function startInflux(
  processes: Processes,
  binary: string,
  dir: string,
  port: number,
  name = 'influxd',
): Promise<{ url: string }> {
  const folder = (part: string) => JSON.stringify(join(dir, 'influxdb', part));
  const config = [
    'reporting-disabled = true',
    // The backup service listens too; its usual port may belong to the distribution's own service.
    `bind-address = "127.0.0.1:${await freePort()}"`,
    '[meta]',
    `dir = ${folder('meta')}`,
    '[data]',
    `dir = ${folder('data')}`,
    `wal-dir = ${folder('wal')}`,
    'query-log-enabled = false',
    '[http]',
    `bind-address = "127.0.0.1:${port}"`,
    'log-enabled = false',
    '[monitor]',
    'store-enabled = false',
  ];
  const url = `http://127.0.0.1:${port}`;
  const influxd = { name, binary, dir, port, flag: '-config', config };
  await startServer(processes, influxd, () => answersOk(`${url}/ping`));
  return { url };
}
