import { expect, test } from 'vitest';
import { formatNetAddress, parseNetAddress } from '../src/net-address.ts';

test.each(['192.0.2.7:80', '[2001:db8::7]:65535', '[::1]:1'])('reads %s, and writes it as it was', (text) => {
  const parsed = parseNetAddress(text);
  expect(parsed && formatNetAddress(parsed)).toBe(text);
});

test.each([
  '1.2.3.4',
  '1.2.3.4:',
  '1.2.3:80',
  '1.2.3.4:99999',
  'a:80',
  '[1.2.3.4]:80',
  '::1:80',
  '[::1%lo]:80',
  '1.2.3.4:80/',
])('takes %s for no address', (text) => {
  expect(parseNetAddress(text)).toBeUndefined();
});
