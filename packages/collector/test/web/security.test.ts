import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { allowedHost } from '../../src/web/security.ts';

describe('which host names are answered', () => {
  test.each(['127.0.0.1:9464', 'localhost:9464', 'localhost', '[::1]:9464', '127.0.0.53', 'lab.localhost:1'])(
    'on loopback: %s is',
    (header) => expect(allowedHost(header, '127.0.0.1')).toBe(true),
  );
  test.each(['evil.example', 'evil.example:9464', '127.0.0.1.evil.example', '', '10.0.0.5:9464', undefined])(
    'on loopback: %s is not, because a web site could have pointed it there',
    (header) => expect(allowedHost(header, '127.0.0.1')).toBe(false),
  );
  test.each([
    '10.0.0.5:9464',
    '[2001:db8::5]:9464',
    '192.0.2.7',
    'localhost:9464',
    hostname(),
    'Lab.Example:9464',
  ])('on every address: %s is', (header) =>
    expect(allowedHost(header, '0.0.0.0', ['lab.example'])).toBe(true),
  );
  test.each(['evil.example:9464', '10.0.0.5.evil.example', 'lab.example.', '', undefined])(
    'on every address: %s is not',
    (header) => expect(allowedHost(header, '0.0.0.0', ['lab.example'])).toBe(false),
  );
  test('behind a proxy on this machine, the name that it has outside can be allowed', () => {
    expect(allowedHost('lab.example', '127.0.0.1', ['lab.example'])).toBe(true);
  });
});
