import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileHost } from '../../src/host/file-host.ts';
import { meminfoLine, parseMeminfo, readMeminfo } from '../../src/host/meminfo.ts';
import { FIXTURES } from '../support/replay.ts';

test('every line of a real machine, sizes in bytes and counts as they are', () => {
  const text = readFileSync(join(FIXTURES, 'this-machine/0/proc/meminfo'), 'utf8');
  const meminfo = parseMeminfo(text);
  expect(meminfo.size).toBe(text.trim().split('\n').length);
  expect(meminfo.get('MemTotal')).toBe(24684084 * 1024);
  expect(meminfo.get('HugePages_Total')).toBe(0);
  expect(meminfo.get('Hugepagesize')).toBe(2048 * 1024);
  expect(meminfo.has('Active(anon)')).toBe(true);
});

test('a line that a kernel does not have is unknown, and a machine without the file has none', async () => {
  const here = await readMeminfo(createFileHost(join(FIXTURES, 'this-machine/0')));
  expect(meminfoLine(here, 'MemTotal')).toMatchObject({ state: 'known' });
  expect(meminfoLine(here, 'NoSuchLine')).toEqual({
    state: 'unknown',
    reason: '/proc/meminfo has no line "NoSuchLine"',
  });
  const nowhere = await readMeminfo(createFileHost('/nonexistent'));
  expect(meminfoLine(nowhere, 'MemTotal')).toMatchObject({
    state: 'absent',
    reason: '/proc/meminfo: ENOENT',
  });
});
