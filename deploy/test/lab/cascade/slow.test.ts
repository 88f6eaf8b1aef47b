import { describe, expect, test } from 'vitest';
import { findHosted, findMachine } from '../../../lab/cascade/find-machine.ts';
import { layOut } from '../../../lab/cascade/layout.ts';
import { healingOrders, parseSlowness, slowingOrders } from '../../../lab/cascade/slow.ts';
import { chain } from '../../../lab/cascade/tree.ts';

const four = layOut(chain(4));
const tree = layOut([1, 2, 2]);

test('a machine is found by its name, and others are named where there is none', () => {
  expect(findMachine('guest0', four)).toMatchObject({ depth: 0 });
  expect(findMachine('guest2-3', tree)).toMatchObject({ depth: 2, parent: 'guest1-2' });
  for (const name of ['guest4', 'guest', '3', 'guest1-1']) {
    expect(() => findMachine(name, four)).toThrow(
      `unknown machine "${name}": this lab has guest0, guest1, guest2, guest3`,
    );
  }
  expect(() => findMachine('guest1', tree)).toThrow(/this lab has guest0, guest1-1, guest1-2, guest2-1/);
});

test('guest0, below which nothing is ours, cannot be slowed', () => {
  for (const name of ['guest0', 'guest4', 'guest', 'host']) {
    expect(() => findHosted(name, four)).toThrow(/cannot be slowed.*one of guest1, guest2, guest3 \(/);
  }
  expect(() => findHosted('guest1', layOut(chain(1)))).toThrow(/one layer has none/);
  expect(findHosted('guest1', four)).toMatchObject({ parent: 'guest0' });
});

describe('slowing', () => {
  const ordersFor = (text: string) => slowingOrders(parseSlowness(text, tree), tree);

  test('reads guestN=KIND and names what is allowed', () => {
    expect(parseSlowness('guest3=hog', four)).toMatchObject({ machine: { name: 'guest3' }, kind: 'hog' });
    expect(() => parseSlowness('guest3=sleep', four)).toThrow(/hog, neighbour, quota, swap, npt, clock/);
    expect(() => parseSlowness('guest3', four)).toThrow(/guestN=KIND/);
  });

  test('is an order to the host, or to those beside it', () => {
    expect(ordersFor('guest2-3=quota')).toEqual([{ to: 'guest1-2', order: 'quota guest2-3' }]);
    expect(ordersFor('guest2-3=neighbour')).toEqual([{ to: 'guest2-4', order: 'busy' }]);
    expect(() => parseSlowness('guest3=neighbour', four)).toThrow(/guest3 has no neighbour.*--tree 1,2/);
  });

  test('is undone in all of them', () => {
    expect(healingOrders(findHosted('guest2-3', tree), tree)).toEqual([
      { to: 'guest2-4', order: 'idle' },
      { to: 'guest1-2', order: 'heal guest2-3' },
    ]);
  });
});
