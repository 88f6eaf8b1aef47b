import { expect, test } from 'vitest';
import { DMI, readMeantDmi } from '../../src/host/dmi.ts';
import { hostOf } from '../support/file-tree.ts';

test.each([
  'Default string',
  'To Be Filled By O.E.M.',
  'To be filled by O.E.M.',
  'System manufacturer',
  'System Product Name',
  'Not Specified',
  'None',
  'x.x',
  '0123456789',
  'INVALID',
])('"%s" says nothing of a machine', async (text) => {
  expect(await readMeantDmi(hostOf({ [`${DMI.slice(1)}/sys_vendor`]: `${text}\n` }), 'sys_vendor')).toEqual({
    state: 'unknown',
    reason: `a placeholder of the firmware: "${text}"`,
  });
});

test.each([
  'QEMU',
  'System76, Inc.',
  'Standard PC (Q35 + ICH9, 2009)',
  'OEMV',
  'None Such Ltd',
  'Google',
  '1.0',
])('"%s" does', async (text) => {
  expect(
    await readMeantDmi(hostOf({ [`${DMI.slice(1)}/product_name`]: `${text}\n` }), 'product_name'),
  ).toEqual({
    state: 'known',
    value: text,
  });
});
