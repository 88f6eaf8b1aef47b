import { expect, test } from 'vitest';
import { readBalloon } from '../../src/host/balloon.ts';
import { textHost } from '../support/text-host.ts';

const withFeatures = (features: string) =>
  textHost({
    '/sys/bus/virtio/drivers/virtio_balloon/bind': '',
    '/sys/bus/virtio/drivers/virtio_balloon/virtio3/x': '',
    '/sys/bus/virtio/devices/virtio3/features': features,
  });

test('what a guest agreed with its hypervisor about its balloon', async () => {
  const bits = (...set: number[]) =>
    Array.from({ length: 64 }, (_, bit) => (set.includes(bit) ? '1' : '0')).join('');
  expect(await readBalloon(withFeatures(`${bits(1, 32)}\n`))).toMatchObject({ value: 'balloon' });
  expect(await readBalloon(withFeatures(`${bits(1, 2, 5, 32)}\n`))).toMatchObject({
    value: 'balloon reporting deflate-on-oom',
  });
  expect(await readBalloon(withFeatures('?'))).toMatchObject({ state: 'unknown' });
});

test('no driver, or none in use, is no balloon', async () => {
  expect(await readBalloon(textHost({}))).toMatchObject({ state: 'absent' });
  const unused = textHost({ '/sys/bus/virtio/drivers/virtio_balloon/bind': '' });
  expect(await readBalloon(unused)).toMatchObject({ state: 'absent' });
});
