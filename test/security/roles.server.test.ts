import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openStore } from '@nestwatch/collector/influx/store';
import { subjects, v1 } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

const top = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let lab: SecuredLab;
let influxUrl = '';
const keys: Record<string, string> = {};

beforeAll(async () => {
  lab = await createSecuredLab();
  keys['collector'] = join(lab.dir, '--collector.nk');
  keys['operator'] = lab.enroll('--operator', 'alice');
  keys['read-only'] = lab.enroll('--read-only', 'bob');
  keys['node'] = lab.enroll('n1', '--lab', 'lab');
  await lab.reload();
  influxUrl = (await startTestInflux(lab.processes, lab.dir)).url;
  await openStore(influxConfig({ INFLUX_URL: influxUrl }));
  await startCollector(
    lab.processes,
    join(top, 'dist'),
    { natsUrl: lab.url, influxUrl },
    await freePort(),
    () => undefined,
    new AbortController().signal,
    { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: keys['collector'] },
  );
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** Runs `nestwatch` with somebody's key. */
async function as(who: string, ...args: string[]) {
  const settings = ['--nats-url', lab.url, '--nats-ca', lab.ca, '--nats-nkey', keys[who] ?? ''];
  const words = [join(top, 'dist/nestwatch.mjs'), ...args, ...settings, '--influx-url', influxUrl];
  const { stdout, stderr } = await run(process.execPath, words);
  return { stdout, stderr };
}

test.each(['collector', 'operator'])(
  'with the key of a %s alerts are silenced, and that is ended',
  async (who) => {
    const { stdout } = await as(who, 'silence', 'lab', '--for', '1h', '--why', 'at work\u001b[31m', '--json');
    const { id, by, why } = JSON.parse(stdout) as Record<string, string>;
    // The server knows who an operator is; what he says himself is believed of a collector's key only.
    if (who === 'operator') expect(by).toBe('alice');
    expect(why).toBe('at work [31m');
    expect((await as(who, 'silence', 'lab', '--list')).stdout).toContain(id);
    expect((await as('read-only', 'silence', 'lab', '--list')).stdout).toContain(id);
    expect((await as(who, 'silence', 'lab', '--end', id ?? '')).stderr).toContain(' ended');
    await expect(as(who, 'silence', 'lab', '--end', id ?? '')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`lab lab has no silence ${id}`),
    });
  },
);

test('who may only look sees alerts, silences and figures, and changes nothing', async () => {
  expect((await as('read-only', 'alerts')).stderr).toContain('no alerts');
  expect((await as('read-only', 'silence', 'lab', '--list')).stderr).toContain('has no silence');
  for (const words of [
    ['silence', 'lab', '--for', '1h', '--why', 'x'],
    ['silence', 'lab', '--end', '00'],
    ['bench', '--lab', 'lab', 'cpu.sha256'],
  ]) {
    await expect(as('read-only', ...words)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'permission denied: this requires a key from "nestwatch enroll --operator NAME"',
      ),
    });
  }
});

test('a node neither sees alerts nor silences them, and people neither report nor read JetStream', async () => {
  await expect(as('node', 'alerts')).rejects.toMatchObject({
    stderr: expect.stringContaining('permission denied'),
  });
  for (const who of ['operator', 'read-only']) {
    const person = await lab.connect(keys[who] ?? '');
    for (const subject of [
      subjects.report('lab', 'n1', 'sample'),
      subjects.sync('lab', 'n1'),
      subjects.round('lab'),
      '$JS.API.INFO',
      '$JS.API.STREAM.MSG.GET.KV_nestwatch_alerts',
      '$KV.nestwatch_alerts.silence.lab.0',
    ]) {
      await expect(person.request(subject, '', { timeout: 20_000 }), subject).rejects.toThrow(
        /Permissions Violation/,
      );
    }
    await person.close();
  }
});

test('an operator asks for a round, and hears what nodes say to it', async () => {
  const node = await lab.connect(keys['node'] ?? '', 'n1');
  node.subscribe(subjects.round('lab'), {
    callback: (_, { data }) => {
      const { nominalMs, benchmarks } = v1.RoundRequest.decode(data);
      const publish = (subject: string, bytes: Uint8Array) => node.publish(subject, bytes);
      const reply = { node: 'n1', name: 'n1', benchmarks, nominalMs };
      publish(subjects.roundReply('lab', 'n1'), v1.RoundReply.encode(reply).finish());
      const header = { lab: 'lab', node: 'n1', name: 'n1', boot: 'aaaaaaaa-bbbbbbbb', seq: 1 };
      const round = `cpu.sha256@${new Date(nominalMs ?? 0).toISOString()}`;
      const measured = {
        benchmark: 'cpu.sha256',
        round,
        secondsPerUnit: 1,
        unit: 'B',
        outcome: 1,
        last: true,
      };
      publish(
        subjects.report('lab', 'n1', 'benchmark'),
        v1.BenchmarkResult.encode({ header, ...measured }).finish(),
      );
    },
  });
  await node.flush();
  const { stdout, stderr } = await as('operator', 'bench', '--lab', 'lab', 'cpu.sha256', '--json');
  expect(stderr).toContain('n1 takes part: cpu.sha256');
  expect(JSON.parse(stdout)).toMatchObject([{ node: 'n1', benchmark: 'cpu.sha256', secondsPerUnit: 1 }]);
  await node.close();
});
