import { expect, test } from 'vitest';
import { createFileHost } from '../../src/host/file-host.ts';
import { createKernelFileHost } from '../../src/host/kernel-file-host.ts';
import { hostOf } from '../support/file-tree.ts';

const LONG = '0123456789abcdef'.repeat(4096);

test('what is read on the main thread is what the thread pool reads', async () => {
  const { root } = hostOf({
    'proc/meminfo': 'MemTotal: 1 kB\n',
    'proc/long': LONG,
    'proc/1/cmdline': 'init\0',
    'proc/2/cmdline': LONG,
    'sys/link': { link: '../proc/long' },
  });
  const quick = createKernelFileHost(root);
  const patient = createFileHost(root);
  for (const path of [
    '/proc/meminfo',
    '/proc/long',
    '/proc/1/cmdline',
    '/proc/2/cmdline',
    '/proc/3/cmdline',
    '/proc/nothing',
    '/proc',
  ]) {
    expect(await quick.read(path)).toEqual(await patient.read(path));
    expect(await quick.list(path)).toEqual(await patient.list(path));
  }
  expect(await quick.read('/proc/long')).toEqual({ state: 'known', value: LONG });
  expect(await quick.read('/proc/long', 100)).toEqual({ state: 'known', value: LONG.slice(0, 100) });
  expect(await quick.read('/proc/2/cmdline', 100)).toEqual({ state: 'known', value: LONG.slice(0, 100) });
  expect(await quick.link('/sys/link')).toEqual({ state: 'known', value: '../proc/long' });
});
