import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { linkSignals, TimeLimitError } from '../src/link-signals.ts';

const TOP = resolve(import.meta.dirname, '../../..');
const FOLDERS = ['packages/agent/src', 'packages/collector/src', 'packages/common/src', 'deploy'];

test('ends with the first of them, or when the time is over', async () => {
  const stop = new AbortController();
  const linked = linkSignals([stop.signal], 60_000);
  stop.abort(new Error('stopped'));
  expect(linked.signal.reason).toMatchObject({ message: 'stopped' });
  const late = linkSignals([new AbortController().signal], 1);
  await new Promise((resolve) => late.signal.addEventListener('abort', resolve));
  expect(late.signal.reason).toBeInstanceOf(TimeLimitError);
  const released = linkSignals([stop.signal].slice(1), 1);
  released.release();
  expect(released.signal.aborted).toBe(false);
});

test('nothing joins signals with a time limit in the way that Node.js 20 forgets', () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ).filter((name) => name.endsWith('.ts') && !/\/(node_modules|test)\//.test(name));
  expect(files.length).toBeGreaterThan(500);
  const forgetful = files.filter((name) => {
    const code = readFileSync(join(TOP, name), 'utf8').replace(/^ *(\/\/|\*|\/\*).*$/gm, '');
    return code.includes('AbortSignal.any(') && code.includes('AbortSignal.timeout(');
  });
  expect(forgetful).toEqual([]);
});
