import { expect, test } from 'vitest';
import { createRound } from '../../../src/turns/payload/round.ts';
import { createRoundsBook } from '../../../src/turns/payload/rounds-book.ts';

const server = (node: string, name = '') => ({ node, name, token: 'x', done: false });
const FIRST = { epoch: '', at: 0 };

function bookOf(mostLabs = 2) {
  const forgotten: string[] = [];
  const book = createRoundsBook({
    mostLabs,
    mostNodes: 3,
    onForgotten: (...key) => forgotten.push(key.join('.')),
  });
  const put = (lab: string, round: string, node: string, nowMs = 0) => {
    const open = book.find(lab, round) ?? book.open(lab, round, nowMs);
    const taken = open?.members.set(node, server(node)) ?? false;
    book.boundNode(lab, node);
    return taken;
  };
  return { book, put, forgotten };
}

test('a node is told what has changed since it asked last, but not of itself', () => {
  const round = createRound(10);
  for (const node of ['a', 'b', 'c']) round.set(node, server(node));
  const first = round.changesFor('a', FIRST);
  expect(first.servers?.map(({ node }) => node)).toEqual(['b', 'c']);
  const since = { epoch: first.epoch ?? '', at: first.at ?? 0 };
  round.set('b', server('b'));
  expect(round.changesFor('a', since).servers).toEqual([]);
  round.set('b', server('b', 'renamed'));
  expect(round.changesFor('a', since).servers).toMatchObject([{ node: 'b', name: 'renamed' }]);
  expect(round.changesFor('a', { epoch: 'of another collector', at: 99 }).servers).toHaveLength(2);
});

test('an answer is bounded: the rest comes with the next ones', () => {
  const round = createRound(2000);
  const addresses = Array(16).fill('[2001:db8:1111:2222:3333:4444:5555:6666]:65535');
  for (let at = 0; at < 500; at += 1) round.set(`n${at}`, { ...server(`n${at}`), addresses });
  const seen = new Set<string>();
  let reply = round.changesFor('n0', FIRST);
  for (let answers = 1; ; answers += 1) {
    for (const { node } of reply.servers ?? []) seen.add(node ?? '');
    if (!reply.more) break;
    expect(answers).toBeLessThan(100);
    reply = round.changesFor('n0', { epoch: reply.epoch ?? '', at: reply.at ?? 0 });
  }
  expect(seen.size).toBe(499);
  expect(reply.againMs).toBe(10_000);
});

test('a round, a lab and a node each have their share', () => {
  const { book, put, forgotten } = bookOf();
  for (const node of ['a', 'b', 'c']) expect(put('lab', 'real', node)).toBe(true);
  expect(put('lab', 'real', 'd')).toBe(false);
  // A node in too many rounds leaves its oldest.
  for (let at = 0; at < 4; at += 1) put('lab', `own-${at}`, 'a');
  expect(forgotten).toEqual(['lab.real.a']);
  expect(book.find('lab', 'real')?.members.nodes()).toEqual(['b', 'c']);
  // Rounds of a few give way, not the one that most are in.
  for (let at = 0; at < 40; at += 1) put('lab', `many-${at}`, `n${at}`);
  expect(book.find('lab', 'real')?.members.size).toBe(2);
  expect(put('other', 'real', 'a')).toBe(true);
  expect(put('third', 'real', 'a')).toBe(false);
});

test('a round of which nobody speaks any more is forgotten', () => {
  const { book, put } = bookOf(1);
  put('lab', 'old', 'a');
  expect(put('other', 'new', 'a', 60_000)).toBe(false);
  expect(put('other', 'new', 'a', 121_000)).toBe(true);
  expect(book.find('lab', 'old')).toBeUndefined();
});
