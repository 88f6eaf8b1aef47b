import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { printConfig, readConfig } from '../../src/config/load.ts';
import { choice, durationMs, flag, integer, list, optional, text } from '../../src/config/setting.ts';
import { UsageError } from '../../src/errors.ts';

const schema = {
  lab: text('', { default: 'default', pattern: /^[a-z]+$/, allowed: 'small letters' }),
  interval: durationMs('', { default: 10_000, minMs: 1000, maxMs: 60_000 }),
  'nats.url': text('', { default: 'nats://127.0.0.1', env: ['NATS_URL'] }),
  'nats.password': text('', { default: '', secret: true }),
  'http.port': integer('', { default: 80, min: 0, max: 65_535 }),
  'log.format': choice('', { default: 'text', choices: ['text', 'json'] }),
  deep: flag('', { default: false }),
  off: list('', { default: [] }),
  layer: optional(integer('', { default: 0, min: 0, max: 9 })),
} as const;

let dir: string;
beforeEach(() => {
  dir = temporaryFolder('config');
});

function file(content: string, mode = 0o600): string {
  const path = join(dir, 'config.yaml');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const load = (content: string | undefined, env = {}, flags = {}) =>
  readConfig(schema, {
    file: content === undefined ? join(dir, 'none.yaml') : file(content),
    ...{ fileRequired: content !== undefined, env, flags },
  });

describe('precedence', () => {
  test('defaults stand when nothing is given', async () => {
    expect(await load(undefined)).toMatchObject({
      lab: 'default',
      interval: 10_000,
      layer: undefined,
      off: [],
    });
  });

  test('file, environment and flags win in this order', async () => {
    const content = 'lab: file\ninterval: 20s\nhttp: { port: 81 }\noff: [a, b]';
    const config = await load(
      content,
      { NESTWATCH_LAB: 'env', NESTWATCH_HTTP_PORT: '82' },
      { 'http.port': '83' },
    );
    expect(config).toMatchObject({ lab: 'env', interval: 20_000, 'http.port': 83, off: ['a', 'b'] });
  });

  test('further environment variables set a setting too, its own first', async () => {
    expect((await load(undefined, { NATS_URL: 'nats://a' }))['nats.url']).toBe('nats://a');
    const both = { NATS_URL: 'nats://a', NESTWATCH_NATS_URL: 'nats://b' };
    expect((await load(undefined, both))['nats.url']).toBe('nats://b');
  });

  test('an empty environment variable gives nothing', async () => {
    expect((await load(undefined, { NATS_URL: '' }))['nats.url']).toBe('nats://127.0.0.1');
  });
});

describe('what is refused names the culprit', () => {
  test.each([
    ['unknown key', 'natz: 1', /unknown setting natz; known:/],
    [
      'unknown key below a section',
      'nats: { uri: x }',
      /unknown setting nats\.uri; did you mean nats\.url\?/,
    ],
    [
      'wrong type',
      'http: { port: many }',
      /http\.port in .*"many" is not allowed: give whole number, 0 to 65535/,
    ],
    ['section as value', 'nats: 5', /nats must be a map/],
    ['not YAML', 'a: [', /is not valid YAML/],
    ['length of time without unit', 'interval: 10', /interval in .*10 is not allowed: give time such as/],
    ['length of time out of range', 'interval: 2h', /from 1s to 1m/],
    ['not one of the choices', 'log: { format: xml }', /"xml" is not allowed: give one of text, json/],
    ['flag', 'deep: maybe', /"maybe" is not allowed: give true or false/],
    ['list', 'off: 3', /3 is not allowed: give a list of texts/],
    ['pattern', 'lab: A.B', /"A.B" is not allowed: give small letters/],
  ])('%s', async (_, content, message) => {
    await expect(load(content)).rejects.toThrow(message);
    await expect(load(content)).rejects.toThrow(UsageError);
  });

  test('an environment variable and a flag by their names', async () => {
    await expect(load(undefined, { NESTWATCH_HTTP_PORT: '-1' })).rejects.toThrow(
      /variable NESTWATCH_HTTP_PORT: "-1"/,
    );
    await expect(load(undefined, {}, { 'http.port': 'x' })).rejects.toThrow(/flag --http-port: "x"/);
  });

  test('a missing file only when it was asked for', async () => {
    const missing = { file: join(dir, 'none.yaml'), env: {}, flags: {} };
    expect((await readConfig(schema, { ...missing, fileRequired: false })).lab).toBe('default');
    await expect(readConfig(schema, { ...missing, fileRequired: true })).rejects.toThrow(
      /cannot read the configuration file .*none\.yaml/,
    );
  });

  test('nothing in /dev/null, although everybody may write to it', async () => {
    const nothing = { file: '/dev/null', fileRequired: true, env: {}, flags: {} };
    expect((await readConfig(schema, nothing)).lab).toBe('default');
  });

  test('a file with a secret that others can read, with the way out', async () => {
    const path = file('nats: { password: x }', 0o644);
    const given = readConfig(schema, { file: path, fileRequired: true, env: {}, flags: {} });
    await expect(given).rejects.toThrow(/run "chmod 640 /);
  });
});

test('secrets are masked, lengths of time are shown as they are written', async () => {
  const shown = printConfig(schema, await load('nats: { password: hush }'));
  expect(shown).toContain('nats.password: ********\n');
  expect(shown).toContain('interval: 10s\n');
  expect(shown).not.toContain('hush');
});

describe('a check that has to load something', () => {
  const checked = {
    pace: {
      ...text('', { default: 'brisk' }),
      async check(value: string) {
        if (value !== 'slow') throw new UsageError(`"${value}" is no pace`);
      },
    },
  };
  const read = (flags: Record<string, string>) =>
    readConfig(checked, { file: join(dir, 'none.yaml'), fileRequired: false, env: {}, flags });

  test('is made of what was given, and names where', async () => {
    expect(await read({ pace: 'slow' })).toEqual({ pace: 'slow' });
    await expect(read({ pace: 'fast' })).rejects.toThrow(/flag --pace: "fast" is no pace/);
  });

  test('is not made of a default', async () => {
    expect(await read({})).toEqual({ pace: 'brisk' });
  });
});

describe('command line', () => {
  test('words, settings and own options are told apart', () => {
    const line = parseCommandLine(['run', '--http-port', '5', '--json', 'x', '--only=y'], schema, {
      json: true,
      only: false,
    });
    expect(line).toEqual({
      words: ['run', 'x'],
      settings: { 'http.port': '5' },
      options: { json: true, only: 'y' },
    });
  });

  test('what may be given several times is kept in its order', () => {
    const words = ['x', '--of', 'b', '--json', '--of=a'];
    expect(parseCommandLine(words, schema, { json: true, of: 'many' })).toEqual({
      words: ['x'],
      settings: {},
      options: { json: true },
      lists: { of: ['b', 'a'] },
    });
  });

  test('an unknown flag is refused by its name', () => {
    expect(() => parseCommandLine(['--htp-port', '5'], schema, {})).toThrow(/--htp-port/);
  });
});

describe('what may be a secret is printed nowhere', () => {
  const refusal = (given: Promise<unknown>) =>
    given.then(
      () => '',
      (error: Error) => error.message,
    );

  test('in what --print-config shows', async () => {
    const config = await load(undefined, { NATS_URL: 'nats://me:s3cret@a:4222,nats://t0ken@b' });
    expect(printConfig(schema, config)).toContain('nats.url: "nats://********@a:4222,nats://********@b"');
    const hook = { url: text('', { default: '', secretPath: true }) };
    expect(printConfig(hook, { url: 'https://hooks.example/T0/s3cret' })).toBe(
      'url: "https://hooks.example/********"\n',
    );
  });

  test('in what is said of a value that is refused', async () => {
    expect(await refusal(load('nats: { password: [s3cret] }'))).toMatch(/^nats\.password in .*: give text$/);
    expect(await refusal(load(undefined, {}, { lab: 'http://me:s3cret@h' }))).toContain('********@h');
    expect(await refusal(load(undefined, {}, { lab: 'http://me:s3cret@h' }))).not.toContain('s3cret');
  });

  test('in what is said of YAML that is none', async () => {
    const said = await refusal(load('nats:\n  password: "s3cret\n  url: x: y\n'));
    expect(said).toMatch(/is not valid YAML: .* at line \d+, column \d+$/);
    expect(said).not.toContain('s3cret');
  });

  test('and a file with a password in an address must not be readable by all', async () => {
    const path = file('nats: { url: "nats://me:s3cret@a" }', 0o644);
    const given = readConfig(schema, { file: path, fileRequired: true, env: {}, flags: {} });
    await expect(given).rejects.toThrow(/holds a secret and other users can read it/);
  });
});
