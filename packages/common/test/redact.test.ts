import { expect, test } from 'vitest';
import { holdsSecret, originOf, redact } from '../src/redact.ts';

test.each([
  ['http://127.0.0.1:8086', 'http://127.0.0.1:8086'],
  ['http://u:s3cret@h:1/x', 'http://********@h:1/x'],
  ['InfluxDB at https://u:p@ss@h: refused', 'InfluxDB at https://********@h: refused'],
  ['nats://a:b@h1:4222,nats://t0ken@h2', 'nats://********@h1:4222,nats://********@h2'],
  ['"http://u:p@h"', '"http://********@h"'],
  ['http://h/write?db=x&u=me&p=s3cret', 'http://h/write?db=x&u=********&p=********'],
  ['http://h/hook?access_token=abc&x=1', 'http://h/hook?access_token=********&x=1'],
  ['mail me@example.org', 'mail me@example.org'],
  ['http://h/path/user@example', 'http://h/path/user@example'],
])('%s is printed as %s', (text, shown) => {
  expect(redact(text)).toBe(shown);
  expect(holdsSecret(text)).toBe(text !== shown);
});

test('of a webhook only the server is said', () => {
  expect(originOf('https://u:p@hooks.example/services/T0/B0/secret')).toBe(
    'https://********@hooks.example/********',
  );
  expect(originOf('https://hooks.example/')).toBe('https://hooks.example');
  expect(originOf('no address')).toBe('********');
});
