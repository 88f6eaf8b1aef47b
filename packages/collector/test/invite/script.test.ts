import { describe, expect, test } from 'vitest';
import { authorities, authorityIn, natsFor } from '../../src/invite/addresses.ts';
import { invitationId, newToken } from '../../src/invite/invitation.ts';
import { parsePackages } from '../../src/invite/packages-list.ts';
import { renderInstaller, renderRefusal } from '../../src/invite/script/render.ts';

const sha256 = 'a'.repeat(64);
const packages = { version: '1.0.0', files: [{ file: 'a.deb', format: 'deb', bytes: 5, sha256 } as const] };
const values = {
  base: 'http://192.0.2.1:9465',
  token: 'a'.repeat(26),
  lab: 'lab',
  nats: ['nats://192.0.2.1:4222'],
  ca: '',
  signer: '',
  packages,
};

test('what a script carries is quoted, whatever is in it', () => {
  const script = renderInstaller({ ...values, lab: "x'; reboot; '$&" });
  expect(script).toContain(`LAB='x'\\''; reboot; '\\''$&'\n`);
  expect(script).toContain(`PACKAGES='deb a.deb ${sha256} 5'\n`);
  expect(script).not.toContain('@values@');
  expect(renderInstaller(values)).toBe(renderInstaller(values));
  expect(renderRefusal("it's over")).toContain(`'nestwatch: it'\\''s over. Nothing was changed.'`);
});

test('half of a script does nothing', () => {
  const lines = renderInstaller(values).trimEnd().split('\n');
  expect(lines.at(-1)).toBe('main "$@"');
});

test('tokens are of 130 bits, and only tokens have an id', () => {
  const token = newToken((count) => new Uint8Array(count).fill(33));
  expect(token).toBe('b'.repeat(26));
  expect(invitationId(token)).toMatch(/^[0-9a-f]{32}$/);
  for (const bad of ['', `${token}a`, '*'.repeat(26), '>', `../${token.slice(3)}`, token.toUpperCase()])
    expect(invitationId(bad)).toBeUndefined();
});

describe('addresses', () => {
  test.each(['192.168.122.1:9465', 'lab.example.org', '[fd00::1]:9465', 'localhost:1'])(
    '%s may stand in a script',
    (name) => {
      expect(authorityIn(name)).toBe(name);
    },
  );
  test.each([undefined, '', 'a b', "a'b", 'a$(reboot)', 'a/b', 'a:b', '[::1', 'a\nb', '-a'])(
    '%s may not',
    (name) => {
      expect(authorityIn(name)).toBeUndefined();
    },
  );
  test('NATS is where the guest reached the collector, unless it is said', () => {
    expect(natsFor('192.168.122.1:9465', [], 'tls://localhost:4333')).toEqual(['tls://192.168.122.1:4333']);
    expect(natsFor('[fd00::1]:9465', [], 'localhost')).toEqual(['nats://[fd00::1]:4222']);
    expect(natsFor('192.168.122.1', ['nats://a:1', 'nats://b:2'], 'nats://x')).toEqual([
      'nats://a:1',
      'nats://b:2',
    ]);
  });
  test('a listener on all addresses has those of this machine', () => {
    const of = (address: string, internal = false) => ({ address, internal }) as never;
    const interfaces = {
      lo: [of('127.0.0.1', true)],
      virbr0: [of('192.168.122.1'), of('fe80::1'), of('fd00::1')],
    };
    expect(authorities('0.0.0.0', 9465, [], interfaces)).toEqual(['192.168.122.1:9465', '[fd00::1]:9465']);
    expect(authorities('192.0.2.1', 9465, [], interfaces)).toEqual(['192.0.2.1:9465']);
    // A container knows only addresses that guests do not reach.
    expect(authorities('0.0.0.0', 9465, ['lab.example.org'], interfaces)).toEqual(['lab.example.org:9465']);
  });
});

test('of a list of packages the self-contained ones are given out, under plain names', () => {
  const own = { file: 'a.tar.xz', format: 'tar.xz', bytes: 1, sha256, ownRuntime: true };
  const list = (...files: object[]) => parsePackages(JSON.stringify({ version: '1', files }));
  expect(list(own, { ...own, file: 'b.deb', ownRuntime: false })?.files.map(({ file }) => file)).toEqual([
    'a.tar.xz',
  ]);
  expect(list()).toBeUndefined();
  expect(list({ ...own, file: '../x' })).toBeUndefined();
  expect(list({ ...own, sha256: 'x' })).toBeUndefined();
  expect(parsePackages('{')).toBeUndefined();
});
