import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

function collect(format: 'text' | 'json', level: 'debug' | 'warn' = 'debug') {
  const lines: string[] = [];
  const log = createLog({ level, format, write: (line) => lines.push(line), now: () => 0 });
  return { lines, log };
}

test('a text line has time, level, message and fields, quoted where needed', () => {
  const { lines, log } = collect('text');
  log.warn('lost', { node: 'n0', why: 'no route', left: undefined, n: 3 });
  expect(lines).toEqual(['1970-01-01T00:00:00.000Z warn  lost node=n0 why="no route" n=3\n']);
});

test('a JSON line has the same', () => {
  const { lines, log } = collect('json');
  log.info('up', { port: 1 });
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'info',
    message: 'up',
    port: 1,
  });
});

test('lines below the level are left out', () => {
  const { lines, log } = collect('text', 'warn');
  log.info('quiet');
  log.error('loud');
  expect(lines).toHaveLength(1);
});
