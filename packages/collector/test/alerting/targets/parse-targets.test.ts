import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printConfig, readConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertingSettings } from '../../../src/alerting/settings.ts';
import { parseTargets } from '../../../src/alerting/targets/parse-targets.ts';

const HOOK = 'https://hooks.example.org/services/T0/B0/s3cret';

test.each<[string, unknown, RegExp]>([
  ['no list', { name: 'x', password: 's3cret' }, /^give a list of targets/],
  ['no map', ['s3cret'], /^target 1: give a map/],
  ['no kind', [{ name: 'x' }], /^x: kind: give one of mail, slack, teams/],
  ['another kind', [{ kind: 's3cret' }], /^target 1: kind: give one of/],
  ['no name', [{ kind: 'slack', url: HOOK }], /^target 1: undefined is not allowed: give name: letters/],
  ['no secret', [{ name: 'x', kind: 'slack' }], /^x: url: give url, or url-file, or url-env$/],
  [
    'two secrets',
    [{ name: 'x', kind: 'slack', url: HOOK, 'url-file': '/f' }],
    /^x: url and url-file: give one of them$/,
  ],
  ['a secret that is a map', [{ name: 'x', kind: 'slack', url: { s3cret: 1 } }], /^x: url: give a text$/],
  [
    'an unknown key',
    [{ name: 'x', kind: 'slack', url: HOOK, chanel: '#a' }],
    /^x: "chanel" is not allowed: give one of name, kind/,
  ],
  [
    'one name twice',
    [
      { name: 'x', kind: 'slack', url: HOOK },
      { name: 'x', kind: 'ntfy', topic: 't' },
    ],
    /^two targets have the name x$/,
  ],
  ['a severity', [{ name: 'x', kind: 'slack', url: HOOK, severity: 'bad' }], /^x: .*info, warning, critical/],
  ['no lab', [{ name: 'x', kind: 'slack', url: HOOK, labs: [] }], /^x: .*a list of labs/],
  ['a chat', [{ name: 'x', kind: 'telegram', token: 's3cret', chat: 'a b' }], /^x: .*a number such as/],
  [
    'a header in an address',
    [{ name: 'x', kind: 'mail', server: 'smtp://h', from: 'a@b\r\nBcc: c@d', to: ['a@b'] }],
    /^x: .*from: an address/,
  ],
  [
    'a password in the clear',
    [
      {
        name: 'x',
        kind: 'mail',
        server: 'smtp://mail',
        from: 'a@b',
        to: ['a@b'],
        tls: 'none',
        user: 'u',
        password: 's3cret',
      },
    ],
    /^x: tls: give required/,
  ],
  [
    'a field there is none of',
    [{ name: 'x', kind: 'webhook', url: HOOK, body: { a: ['{{nmae}}'] } }],
    /^x: body: unknown field {{nmae}}; known: title,/,
  ],
  [
    'a header with a line feed',
    [{ name: 'x', kind: 'webhook', url: HOOK, headers: { a: 'b\r\nc: d' } }],
    /^x: .*headers: a map of texts/,
  ],
  [
    'a secret header',
    [{ name: 'x', kind: 'webhook', url: HOOK, headers: { Authorization: 'Bearer s3cret' } }],
    /^x: headers: give token/,
  ],
])('%s is refused, and no secret is said', (_, given, message) => {
  let said = '';
  try {
    parseTargets(given);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toMatch(message);
  expect(said).not.toContain('s3cret');
});

test('a file with a secret in it must not be readable by others; what is printed has none', async () => {
  const dir = temporaryFolder('targets');
  const file = join(dir, 'collector.yaml');
  const read = () => readConfig(alertingSettings, { file, fileRequired: true, env: {}, flags: {} });
  const write = (url: string) => writeFileSync(file, `notify:\n  - { name: x, kind: slack, ${url} }\n`);
  write(`url: "${HOOK}"`);
  chmodSync(file, 0o644);
  await expect(read()).rejects.toThrow(`${file} holds a secret and other users can read it`);
  chmodSync(file, 0o640);
  const printed = printConfig(alertingSettings, await read());
  expect(printed).toContain('notify: [{"name":"x","kind":"slack","url":"********"}]');
  // A file of its own holds the secret instead; it is read at the start, so that what cannot work is said at once.
  write(`url-file: ${join(dir, 'hook')}`);
  chmodSync(file, 0o644);
  await expect(read()).rejects.toThrow(/^notify in \S+: x: url-file: cannot read \S+\/hook: ENOENT/);
  writeFileSync(join(dir, 'hook'), `${HOOK}\n`, { mode: 0o644 });
  await expect(read()).rejects.toThrow(/holds a secret and other users can read it/);
  chmodSync(join(dir, 'hook'), 0o600);
  expect(printConfig(alertingSettings, await read())).toContain(`"url-file":"${join(dir, 'hook')}"`);
});

test('the example of the documentation is one', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../../docs/use/alerts.md'), 'utf8');
  const example = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].find(([block]) => block.includes('notify:'));
  const targets = parseTargets((parse(example?.[1] ?? '') as { notify: unknown }).notify);
  expect(targets.map(({ name, kind, leastSeverity }) => `${name} ${kind} ${leastSeverity}`)).toEqual([
    'ops-mail mail warning',
    'on-call pagerduty critical',
    'chat slack info',
    'gotify webhook warning',
  ]);
});
