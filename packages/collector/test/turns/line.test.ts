import { expect, test } from 'vitest';
import { createLine } from '../../src/turns/line.ts';
import { TAKE, type TurnAsk } from '../../src/turns/turn-request.ts';

const ask = (claim: string): TurnAsk => ({
  want: TAKE,
  claim,
  name: '',
  benchmark: '',
  round: '',
  limitMs: 0,
});
const waiter = (node: string, askedMs = 0, claim = node) => ({
  node,
  ask: ask(claim),
  reply: `to ${node}`,
  askedMs,
});

function lineOf(...nodes: string[]) {
  const line = createLine({ most: 3, graceMs: 5000 });
  for (const node of nodes) line.join(waiter(node));
  return line;
}

test('first come, first served; who asks again keeps its place, and has one', () => {
  const line = lineOf('a', 'b');
  line.join(waiter('a', 10, 'another claim'));
  expect(line.size).toBe(2);
  expect(line.next(10, undefined)).toMatchObject({ node: 'a', ask: { claim: 'another claim' } });
  expect(line.leave('a', 'a')).toBe(false);
  expect(line.leave('a', 'another claim')).toBe(true);
  expect(line.next(10, undefined)?.node).toBe('b');
});

test('who had the turn before stands behind the others, and has the next one only when nobody else waits', () => {
  const line = lineOf('a', 'b', 'c');
  expect(line.next(0, 'a')?.node).toBe('b');
  line.leave('b', 'b');
  expect(line.next(0, 'b')?.node).toBe('c');
  line.leave('c', 'c');
  expect(line.next(0, 'a')?.node).toBe('a');
});

test('is bounded', () => {
  const line = lineOf('a', 'b', 'c');
  expect(line.join(waiter('d'))).toBe(false);
  expect(line.join(waiter('a'))).toBe(true);
  expect(line.size).toBe(3);
});

test('who was answered keeps its place for a while, in which who had the turn does not get it', () => {
  const line = lineOf('a', 'b');
  line.join(waiter('b', 900));
  expect(line.takeOverdue(1000, 1000).map(({ reply }) => reply)).toEqual(['to a']);
  expect(line.takeOverdue(1000, 1000)).toEqual([]);
  expect(line.next(1000, 'b')).toBeUndefined();
  expect(line.next(5000, 'b')).toBeUndefined();
  line.join(waiter('a', 5500));
  expect(line.next(5500, 'b')?.node).toBe('a');
  expect(line.takeOverdue(7000, 1000)).toHaveLength(2);
  expect(line.next(12_001, undefined)).toBeUndefined();
  expect(line.size).toBe(0);
});

test('who was answered is not passed by others, also not by who had the turn before them', () => {
  const line = lineOf('greedy', 'b', 'c');
  expect(line.next(0, 'greedy')?.node).toBe('b');
  line.leave('b', 'b');
  line.join(waiter('greedy', 900));
  expect(line.takeOverdue(1000, 1000).map(({ reply }) => reply)).toEqual(['to c']);
  expect(line.next(1000, 'b')).toBeUndefined();
  line.join(waiter('c', 1020));
  expect(line.next(1020, 'b')?.node).toBe('c');
});
