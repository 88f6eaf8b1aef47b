import { expect, test } from 'vitest';
import { conflictsIn } from '../../src/topology/decide.ts';
import { guestFacts } from './facts.ts';
import { createLabHistory } from './lab-history.ts';

const uuid = (node: string) => guestFacts(`vm-${node}`, { uuid: `u-${node}` });

async function disputed() {
  const lab = createLabHistory();
  lab.says('h1', { hypervisor: '', name: 'twin', guests: [uuid('b')] });
  lab.says('h2', { hypervisor: '', name: 'twin', guests: [uuid('b')] });
  lab.says('b', { smbiosUuid: 'u-b', name: 'bee' });
  await lab.look();
  return lab;
}

test('what is to be decided is listed, and decided by names or ids', async () => {
  const lab = await disputed();
  expect(conflictsIn(lab.store, 'other')).toEqual([]);
  expect(conflictsIn(lab.store)).toEqual([
    {
      lab: 'lab',
      node: 'b',
      name: 'bee',
      claimants: ['h1', 'h2'],
      reason: 'h1 and h2 claim it, so no claim is accepted',
    },
  ]);
  expect(() => lab.accept('nobody', 'h1')).toThrow('lab lab has no node "nobody"');
  expect(() => lab.accept('b', 'twin')).toThrow(
    'several nodes of lab lab are called twin: give the id (h1, h2)',
  );
  expect(() => lab.accept('h1', 'h2')).toThrow('h2 does not claim h1; no node does');
  expect(lab.accept('bee', 'h2')).toMatchObject({ node: 'b', parent: 'h2', rejected: ['h1'], by: 'op' });
  await lab.look();
  expect([lab.parentOf('b'), conflictsIn(lab.store)]).toEqual(['h2', []]);
});

test('a decision against a node holds, and is open again once the chosen one gives the guest up', async () => {
  const lab = await disputed();
  lab.accept('b', 'h2');
  await lab.look();
  lab.says('h1', { guests: [] });
  await lab.look();
  lab.says('h1', { guests: [uuid('b')] });
  await lab.look();
  expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h2', {}]);
  lab.says('h2', { guests: [] });
  lab.hears('b');
  await lab.look();
  expect(lab.parentOf('b')).not.toBe('h1');
  expect(lab.conflicts()).toEqual({ b: 'h1' });
  lab.accept('b', 'h1');
  await lab.look();
  expect([lab.parentOf('b'), lab.conflicts()]).toEqual(['h1', {}]);
});

test('nobody is accepted as the parent of what it runs on', async () => {
  const lab = createLabHistory();
  lab.says('h', { smbiosUuid: 'u-h', guests: [uuid('a')] });
  lab.says('a', { smbiosUuid: 'u-a' });
  await lab.look();
  lab.says('a', { guests: [uuid('h')] });
  await lab.look();
  expect(() => lab.accept('h', 'a')).toThrow('a itself runs on h');
});
