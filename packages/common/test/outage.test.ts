import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';
import { createOutage } from '../src/outage.ts';

function listen() {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', format: 'text', write: (line) => lines.push(line.trim()) });
  return { lines, log };
}

test('it is said once when it begins to fail, and once when it works again', () => {
  const { lines, log } = listen();
  const outage = createOutage({ log, failing: 'it fails', working: 'it works again' });
  outage.worked();
  outage.failed(new Error('first'));
  outage.failed(new Error('second'));
  outage.worked();
  outage.worked();
  outage.failed(new Error('third'));
  expect(lines).toEqual([
    'warn  it fails error=first',
    'debug it fails error=second',
    'info  it works again',
    'warn  it fails error=third',
  ]);
});

test('another thing that fails is said again; another reason of the same only where that is asked for', () => {
  const { lines, log } = listen();
  const failing = (error: unknown) => ((error as Error).message === 'refused' ? 'refused' : 'away');
  const kinds = createOutage({ log, failing, level: 'warn', fields: () => ({ url: 'u' }) });
  for (const reason of ['one', 'two', 'refused']) kinds.failed(new Error(reason));
  expect(lines.splice(0)).toEqual([
    'warn  away url=u error=one',
    'debug away url=u error=two',
    'warn  refused url=u error=refused',
  ]);
  const reasons = createOutage({ log, failing: 'away', eachReason: true });
  for (const reason of ['one', 'one', 'two']) reasons.failed(new Error(reason));
  expect(lines).toEqual(['warn  away error=one', 'debug away error=one', 'warn  away error=two']);
});

test('waiting times grow until it works', () => {
  const { log } = listen();
  const outage = createOutage({ log, failing: 'it fails', firstMs: 100, maxMs: 300, random: () => 0.5 });
  expect([1, 2, 3].map((each) => outage.failed(each))).toEqual([100, 200, 300]);
  outage.worked();
  expect(outage.failed(4)).toBe(100);
});
