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
  test('on another address every name is, since the operator opened it', () => {
    expect(allowedHost('lab.example:9464', '0.0.0.0')).toBe(true);
  });
});
