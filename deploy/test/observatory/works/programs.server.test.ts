import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import { type Parts, workProgram } from '../../../observatory/works/program.ts';
import { programParts } from '../../../observatory/works/works.ts';

const isX64 = process.arch === 'x64' && process.platform === 'linux';
const parts: Readonly<Record<string, Parts>> = programParts(1);

/** Those that need neither a second CPU, nor a disk, nor the network of a lab. */
describe.skipIf(!isX64)('programs of the works, on this machine', () => {
  const folder = temporaryFolder('works');
  const file = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, workProgram(parts[name] ?? { times: 0 }));
    chmodSync(path, 0o755);
    return path;
  };
  const ns = (name: string, ...args: string[]) => {
    const text = execFileSync(file(name), args, { encoding: 'utf8' });
    expect(text).toMatch(/^\d+\n$/);
    return Number(text);
  };

  test('each prints how long it took', () => {
    expect(ns('none')).toBeLessThan(100_000_000);
    expect(ns('spin')).toBeGreaterThanOrEqual(499_000_000);
    // A thousand sleeps of a millisecond.
    expect(ns('timer')).toBeGreaterThan(1_000_000_000);
    for (const name of ['cpuid', 'wake', 'spawn']) expect(ns(name)).toBeGreaterThan(0);
  });

  test('reads are made past the page cache, and what cannot be opened is a failure', () => {
    const data = join(folder, 'data');
    writeFileSync(data, Buffer.alloc(8192));
    const { status, stdout } = spawnSync(file('read'), [data], { encoding: 'utf8' });
    // A file system without O_DIRECT refuses it.
    if (status === 0) expect(stdout).toMatch(/^\d+\n$/);
    const missing = spawnSync(file('read'), [join(folder, 'nothing')], { encoding: 'utf8' });
    expect([missing.status, missing.stdout]).toEqual([1, '']);
  });

  test('touched memory is held by a process that stays', () => {
    const path = file('touch');
    expect(execFileSync(path, { encoding: 'utf8' })).toMatch(/^\d+\n$/);
    const pids = execFileSync('/bin/sh', ['-c', `grep -lsz "^${path}$" /proc/[0-9]*/cmdline || true`], {
      encoding: 'utf8',
    });
    const held = [...pids.matchAll(/\/proc\/(\d+)\//g)].map(([, pid]) => Number(pid));
    expect(held).toHaveLength(1);
    for (const pid of held) process.kill(pid, 'SIGKILL');
  });
});
