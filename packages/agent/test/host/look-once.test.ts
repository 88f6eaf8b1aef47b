import { expect, test } from 'vitest';
import { lookOnce } from '../../src/host/look-once.ts';
import { textHost } from '../support/text-host.ts';

test('what several ask is asked once, and is the same answer', async () => {
  const asked: string[] = [];
  const machine = textHost({ '/proc/cpuinfo': 'processor : 0\n', '/dev/kvm': '' });
  const host = lookOnce({
    ...machine,
    read: (path, maxBytes) => {
      asked.push(`${path} ${maxBytes}`);
      return machine.read(path, maxBytes);
    },
  });
  expect(await host.read('/proc/cpuinfo')).toBe(await host.read('/proc/cpuinfo'));
  expect(await host.read('/proc/cpuinfo', 9)).toEqual({ state: 'known', value: 'processor : 0\n' });
  expect(await host.list('/dev')).toEqual({ state: 'known', value: ['kvm'] });
  expect(await host.read('/dev')).toMatchObject({ state: 'absent' });
  expect(asked).toEqual(['/proc/cpuinfo undefined', '/proc/cpuinfo 9', '/dev undefined']);
});
