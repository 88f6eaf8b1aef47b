import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalServer } from './nats.ts';
import { freePort } from './ports.ts';
import { logTail, makeFolderFor, type Processes } from './processes.ts';
import { answersOk, waitUntil } from './wait.ts';

/** Starts influxd 1.x on a loopback port, its data below `dir`, and waits until it answers. */
export async function startInflux(
  processes: Processes,
  binary: string,
  dir: string,
  port: number,
  name = 'influxd',
): Promise<LocalServer> {
  const config = makeFolderFor(join(dir, `${name}.conf`));
  const folder = (part: string) => JSON.stringify(join(dir, 'influxdb', part));
  writeFileSync(
    config,
    [
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
      '',
    ].join('\n'),
  );
  const child = processes.start(name, binary, ['-config', config]);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(() => answersOk(`${url}/ping`), {
    what: `influxd on port ${port}`,
    child,
    tail: () => logTail(join(dir, `${name}.log`)),
  });
  return { url, port };
}
