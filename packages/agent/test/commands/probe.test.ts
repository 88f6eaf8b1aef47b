import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterEach, expect, test } from 'vitest';
import { probeCommand } from '../../src/commands/probe.ts';
import { agentSchema } from '../../src/runtime/config/schema.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function run(
  words: string[],
  options: Record<string, string | true> = {},
  flags: Record<string, string> = {},
) {
  let out = '';
  let err = '';
  const code = await probeCommand({
    config: loadConfig(agentSchema, { env: {}, flags }),
    words,
    options: { wait: '10ms', ...options },
    lists: {},
    env: {},
    signal: new AbortController().signal,
    stdout: { write: (text: string) => (out += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: (text: string) => (err += text) } as unknown as NodeJS.WriteStream,
  });
  return { code, out, err };
}

test('named probes as a table with meanings', async () => {
  const { code, out, err } = await run(['load', 'memory']);
  expect(code).toBe(0);
  expect(err).toBe('');
  expect(out).toMatch(/^memory: .*\(\d+\.\d ms\)\n/);
  expect(out).toMatch(/^ {2}total_bytes .*iB {2}Memory the kernel manages\.$/m);
  expect(out).toMatch(/^load: /m);
  expect(out).not.toMatch(/^cpu-time: /m);
});

test('JSON has status, reason, duration and value for each probe', async () => {
  const { out } = await run(['cpu-time', 'load'], { json: true });
  const all = JSON.parse(out);
  expect(Object.keys(all)).toEqual(['cpu-time', 'load']);
  expect(all.load).toMatchObject({ status: 'ok', reason: '', value: { load1: expect.any(Number) } });
  expect(all['cpu-time'].durationUs).toBeGreaterThan(0);
});

test('what is absent says why, and nothing found is exit code 1', async () => {
  const { code, out } = await run(['memory'], {}, { 'host.root': '/nonexistent' });
  expect(out).toContain('absent: /proc/meminfo: ENOENT');
  expect(code).toBe(1);
});

test('probes that are switched off are left out, unless named', async () => {
  const off = { 'probes.off': 'load,timer-latency' };
  expect((await run([], {}, off)).out).not.toMatch(/^load: /m);
  expect((await run(['load'], {}, off)).out).toMatch(/^load: /m);
});

test('mistakes are named with the way out', async () => {
  await expect(run(['lood'])).rejects.toThrow(/unknown probe lood; known: cpu-time, /);
  await expect(run([], { wait: 'soon' })).rejects.toThrow(/--wait a time from 10ms to 10m/);
});

test('a recording can be read again as a machine', async () => {
  const folder = temporaryFolder('root');
  await run(['load', 'net'], { record: folder });
  expect(readFileSync(join(folder, '1/proc/loadavg'), 'utf8')).toMatch(/^\d/);
  expect(existsSync(join(folder, '0/clock.json'))).toBe(true);
  const again = await run(['load'], { json: true }, { 'host.root': join(folder, '1') });
  expect(JSON.parse(again.out).load.status).toBe('ok');
});
