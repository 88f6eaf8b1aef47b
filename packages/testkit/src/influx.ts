import { join } from 'node:path';
import { startInflux } from '@nestwatch/deploy/local/influx';
import { freePort } from '@nestwatch/deploy/local/ports';
import { logTail, type Processes } from '@nestwatch/deploy/local/processes';
import { answersOk, waitUntil } from '@nestwatch/deploy/local/wait';
import { influxOfRun } from './influx-of-run.ts';

/** The token of the first user of a 2.x server, with all rights. */
export const TEST_TOKEN = 'token-of-the-tests';
const ORGANISATION = 'nestwatch';

/**
 * The InfluxDB of the run on a loopback port, its data below `dir`; again on what was stopped there. What one of 2.x asks
 * for, a token, is in INFLUX_TOKEN from then on, for `influxConfig` and for programs that are started.
 */
export async function startTestInflux(
  processes: Processes,
  dir: string,
  port?: number,
  name = 'influxd',
): Promise<{ url: string }> {
  const { binary, major } = influxOfRun();
  const at = port ?? (await freePort());
  if (major === 1) return startInflux(processes, binary, dir, at, name);
  const url = `http://127.0.0.1:${at}`;
  const words = major === 2 ? wordsOf2(dir, at) : wordsOf3(dir, at);
  const child = processes.start(name, binary, words);
  const health = major === 2 ? '/health' : '/ping';
  await waitUntil(() => answersOk(url + health), {
    what: `${name} on port ${at}`,
    child,
    tail: () => logTail(join(dir, `${name}.log`)),
  });
  if (major === 2) await setUp(url);
  return { url };
}

function wordsOf2(dir: string, port: number): string[] {
  const path = (part: string) => join(dir, 'influxdb', part);
  return [
    ...['--bolt-path', path('influxd.bolt'), '--sqlite-path', path('influxd.sqlite')],
    ...['--engine-path', path('engine'), '--http-bind-address', `127.0.0.1:${port}`, '--reporting-disabled'],
  ];
}

function wordsOf3(dir: string, port: number): string[] {
  const store = ['--object-store', 'file', '--data-dir', join(dir, 'influxdb')];
  return ['serve', '--node-id', 'test', ...store, '--http-bind', `127.0.0.1:${port}`, '--without-auth'];
}

/** Makes user, organisation and token, once. */
async function setUp(url: string): Promise<void> {
  process.env['INFLUX_TOKEN'] = TEST_TOKEN;
  const { allowed } = (await (await fetch(`${url}/api/v2/setup`)).json()) as { allowed: boolean };
  if (!allowed) return;
  const who = { username: 'admin', password: 'of the tests', org: ORGANISATION, token: TEST_TOKEN };
  const body = JSON.stringify({ ...who, bucket: 'first' });
  const answer = await fetch(`${url}/api/v2/setup`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`InfluxDB cannot be set up: ${answer.status} ${await answer.text()}`);
}

/** What a request of a test itself needs to be let in. */
export function influxHeaders(): Record<string, string> {
  const token = process.env['INFLUX_TOKEN'];
  return token === undefined ? {} : { authorization: `Token ${token}` };
}
