import { v1 } from '@nestwatch/proto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createConfirmations } from '../../src/delivery/confirmations.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const message = (node: string, seq: number, runId = 'r') => ({ lab: 'lab', node, runId, seq });

function listening() {
  const heard: [subject: string, run: string, ...ranges: string[]][] = [];
  const confirmations = createConfirmations(
    (subject, bytes) => {
      for (const { boot, ranges } of v1.Written.decode(bytes).confirmed ?? [])
        heard.push([subject, boot ?? '', ...(ranges ?? []).map(({ from, to }) => `${from}-${to}`)]);
    },
    { monoUs: () => performance.now() * 1000 },
    500,
  );
  return { ...confirmations, heard: () => heard.splice(0) };
}

test('who was quiet is told at once, and then of all that comes meanwhile together', () => {
  const { add, heard } = listening();
  add([message('a', 1), message('b', 7), message('a', 2)]);
  expect(heard()).toEqual([
    ['nestwatch.lab.a.written', 'r', '1-2'],
    ['nestwatch.lab.b.written', 'r', '7-7'],
  ]);
  for (let seq = 3; seq <= 40; seq++) add([message('a', seq)]);
  add([message('a', 1, 'other')]);
  expect(heard()).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(heard()).toEqual([
    ['nestwatch.lab.a.written', 'r', '3-40'],
    ['nestwatch.lab.a.written', 'other', '1-1'],
  ]);
  vi.advanceTimersByTime(2000);
  // Nothing waits for anything any more.
  expect(vi.getTimerCount()).toBe(0);
  add([message('a', 41)]);
  expect(heard()).toEqual([['nestwatch.lab.a.written', 'r', '41-41']]);
});

test('at the end all are told of what waits', () => {
  const { add, flush, heard } = listening();
  add([message('a', 1)]);
  add([message('a', 2), message('b', 1)]);
  heard();
  flush();
  expect(heard()).toEqual([['nestwatch.lab.a.written', 'r', '2-2']]);
  expect(vi.getTimerCount()).toBe(0);
});
