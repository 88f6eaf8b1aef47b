import { expect, test } from 'vitest';
import { qemuFor } from '../../../lab/image/layer-packages.ts';

test('a kernel below guest0 that the emulation of 7.2 does not run has a newer QEMU', () => {
  expect(qemuFor(['5.10.234-1', '5.10.234-1'])).toEqual({ version: '10.0' });
  expect(qemuFor(['6.12.117-1', '6.12.117-1', '5.10.234-1'])).toEqual({ version: '10.0' });
  expect(qemuFor(['5.10.234-1'])).toEqual({});
  expect(qemuFor(['6.1.170-1', '7.3.4-1~bpo13+1'])).toEqual({ version: '10.0' });
  expect(qemuFor(['7.3.4-1~bpo13+1', '6.1.170-1', '6.12.117-1'])).toEqual({});
});
