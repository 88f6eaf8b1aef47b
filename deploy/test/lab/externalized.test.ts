import { expect, test } from 'vitest';
import { externalizedIn } from '../../lab/image/externalized.ts';

test('the built-in modules that a Node.js has as files are named in it, each once', () => {
  // From libnode.so.115 of Debian 13.
  const undici = '/usr/share/nodejs/undici/undici-fetch.js';
  const acorn = '/usr/share/nodejs/acorn-walk/dist/walk.js';
  const program = `\x7fELF\0${undici}\0internal/deps/undici/undici\0${acorn}\0\0${undici}\0/usr/share/nodejs\0`;
  expect(externalizedIn(program)).toEqual([undici, acorn]);
  expect(externalizedIn('\x7fELF\0internal/deps/undici/undici\0')).toEqual([]);
});
