import { expect, test } from 'vitest';
import { ownNode } from '../../src/host/own-node.ts';

test("the distribution's Node is started as it is", () => {
  expect(ownNode('/usr/bin/node')).toEqual(['/usr/bin/node']);
  expect(ownNode('/opt/ld-linux/bin/node')).toEqual(['/opt/ld-linux/bin/node']);
});

test('a Node of its own is started through the loader beside it, with the libraries beside it', () => {
  const folder = '/opt/my agent/lib/runtime';
  expect(ownNode(`${folder}/ld-linux-x86-64.so.2`)).toEqual([
    `${folder}/ld-linux-x86-64.so.2`,
    '--inhibit-cache',
    '--library-path',
    folder,
    `${folder}/node`,
  ]);
});
