import { chmodSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { testClock } from '@nestwatch/testkit/clock';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { hashSync } from 'bcryptjs';
import { expect, test } from 'vitest';
import { parseUsers, readUsers } from '../../../src/web/login/htpasswd.ts';
import { createLogin, type Guard } from '../../../src/web/login/login.ts';
import { loginSettings } from '../../../src/web/login/settings.ts';

const file = join(temporaryFolder('login'), 'htpasswd');
const clock = testClock();
/** Users with the cheapest hashes that are taken. */
function write(users: Readonly<Record<string, string>>): void {
  const lines = Object.entries(users).map(([user, password]) => {
    return `${user}:${hashSync(password, 4).replace('$2b', '$2y')}\n`;
  });
  writeFileSync(file, lines.join(''), { mode: 0o640 });
}
const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;

function loginBy(flags: Readonly<Record<string, string>>): Guard {
  const guard = createLogin(loadConfig(loginSettings, { env: {}, flags }), clock);
  if (guard === undefined) throw new Error('no guard');
  return guard;
}

async function ask(guard: Guard, headers: Readonly<Record<string, string>>, url = '/', from = '192.0.2.1') {
  const socket = { remoteAddress: from } as IncomingMessage['socket'];
  return (await guard({ headers, socket, url }))?.status ?? 'let in';
}

test('nobody is asked where no login is set', () => {
  expect(createLogin(loadConfig(loginSettings, { env: {}, flags: {} }), clock)).toBeUndefined();
});

test('by password: only who has it, until it is changed', async () => {
  write({ ann: 'secret: with a colon', bob: 'b' });
  const guard = loginBy({ 'page.password-file': file });
  const annsWay = { authorization: basic('ann:secret: with a colon') };
  expect(await ask(guard, {})).toBe(401);
  expect(await ask(guard, annsWay)).toBe('let in');
  for (const login of ['ann:wrong', 'ann:', 'nobody:b', 'bob:B', 'ann'])
    expect(await ask(guard, { authorization: basic(login) }), login).toBe(401);
  for (const authorization of ['Bearer x', 'Basic', 'Basic %%%', basic('')])
    expect(await ask(guard, { authorization })).toBe(401);
  expect(await ask(guard, {}, '/healthz?x')).toBe('let in');
  expect(await ask(guard, {}, '/metrics')).toBe(401);
  expect(await ask(guard, {}, '/healthz/../metrics')).toBe(401);
  write({ ann: 'another', bob: 'b' });
  clock.forward(1000);
  expect(await ask(guard, annsWay)).toBe(401);
  expect(await ask(guard, { authorization: basic('ann:another') })).toBe('let in');
});

test('a browser that asks for all parts of a page at once is let in by one check; guesses are bounded', async () => {
  write({ ann: 'a' });
  const guard = loginBy({ 'page.password-file': file });
  const parts = Array.from({ length: 30 }, () => ask(guard, { authorization: basic('ann:a') }));
  expect(new Set(await Promise.all(parts))).toEqual(new Set(['let in']));
  const guesses = Array.from({ length: 30 }, (_, at) => ask(guard, { authorization: basic(`ann:${at}`) }));
  const other = ask(guard, { authorization: basic('ann:b') }, '/', '192.0.2.2');
  const answers = await Promise.all(guesses);
  expect(answers.filter((each) => each === 401)).toHaveLength(4);
  expect(answers.filter((each) => each === 429)).toHaveLength(26);
  expect(await other).toBe(401);
});

test("by a proxy's word: from its address only, and never twice", async () => {
  const guard = loginBy({ 'page.user-header': 'X-Forwarded-User', 'page.proxies': '192.0.2.1' });
  const named = { 'x-forwarded-user': 'ann' };
  expect(await ask(guard, named)).toBe('let in');
  expect(await ask(guard, named, '/', '::ffff:192.0.2.1')).toBe('let in');
  expect(await ask(guard, named, '/', '192.0.2.2')).toBe(403);
  expect(await ask(guard, {})).toBe(403);
  expect(await ask(guard, { 'x-forwarded-user': ' ' })).toBe(403);
  expect(await ask(guard, { 'x-forwarded-user': 'guest, ann' })).toBe(403);
});

test('either way is enough where both are set', async () => {
  write({ ann: 'a' });
  const guard = loginBy({ 'page.user-header': 'X-User', 'page.password-file': file });
  expect(await ask(guard, { 'x-user': 'x' })).toBe(401);
  expect(await ask(guard, { 'x-user': 'x' }, '/', '127.0.0.1')).toBe('let in');
  expect(await ask(guard, { authorization: basic('ann:a') })).toBe('let in');
});

test('a file that cannot be used is refused with the way out, and no hash is said', async () => {
  expect(() => parseUsers('ann:$apr1$x$y\n', 'f')).toThrow(/^f line 1 .* "htpasswd -B f USER"/);
  expect(() => parseUsers('# none\n\n', 'f')).toThrow('f has no user');
  expect(() => parseUsers(`ann:${hashSync('a', 4).replace('$04', '$20')}`, 'f')).toThrow(
    /a cost of up to 14/,
  );
  expect(() => parseUsers('ann:s3cret', 'f')).toThrow(/^((?!s3cret).)*$/);
  write({ ann: 'a' });
  chmodSync(file, 0o644);
  expect(() => readUsers(file)).toThrow('other users can read it');
  expect(() => readUsers(`${file}.none`)).toThrow(/cannot read .*ENOENT/);
});
