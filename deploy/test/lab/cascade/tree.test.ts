import { UsageError } from '@nestwatch/common/errors';
import { expect, test } from 'vitest';
import { guestsOf, layOut, withAllBelow } from '../../../lab/cascade/layout.ts';
import { chain, MAX_LAYERS, parseTree, treeText } from '../../../lab/cascade/tree.ts';

const namesOf = (text: string) => layOut(parseTree(text)).map(({ name }) => name);

test.each([
  ['1', '1 machine in 1 layer'],
  ['1,1,1,1', '4 machines in 4 layers'],
  ['1,2', '3 machines in 2 layers (1, 2)'],
  ['1, 2, 2', '7 machines in 3 layers (1, 2, 4)'],
  [[1, 1, 3], '5 machines in 3 layers (1, 1, 3)'],
])('%j is %s', (given, text) => {
  expect(treeText(parseTree(given))).toBe(text);
});

test.each([
  ['', /is not allowed: give 1, and how many guests/],
  ['2,2', /is not allowed/],
  ['1,0', /is not allowed/],
  ['1,2.5', /is not allowed/],
  ['1,two', /is not allowed/],
  ['1,,2', /is not allowed/],
  [7, /is not allowed/],
  ['1,1,1,1,1', /1,1,1,1,1 has 5 layers, and a lab has at most 4/],
  ['1,4,4', /1,4,4 makes 21 machines, and a lab has at most 16/],
])('%j is no tree', (given, why) => {
  expect(() => parseTree(given)).toThrow(UsageError);
  expect(() => parseTree(given)).toThrow(why);
});

test('machines are numbered within their layer, where it has several', () => {
  expect(namesOf('1,1,1,1')).toEqual(['guest0', 'guest1', 'guest2', 'guest3']);
  expect(namesOf('1,2')).toEqual(['guest0', 'guest1-1', 'guest1-2']);
  expect(namesOf('1,1,2')).toEqual(['guest0', 'guest1', 'guest2-1', 'guest2-2']);
});

test('each has the next one above as its host, and what is inside it', () => {
  const machines = layOut([1, 2, 2]);
  const [guest0, , second] = machines;
  expect(machines.map(({ name, parent }) => `${name} in ${parent}`)).toEqual([
    ...['guest0 in undefined', 'guest1-1 in guest0', 'guest1-2 in guest0'],
    ...['guest2-1 in guest1-1', 'guest2-2 in guest1-1', 'guest2-3 in guest1-2', 'guest2-4 in guest1-2'],
  ]);
  expect(guestsOf(machines, guest0).map(({ name }) => name)).toEqual(['guest1-1', 'guest1-2']);
  expect(second && withAllBelow(machines, second).map(({ name }) => name)).toEqual([
    ...['guest1-2', 'guest2-3', 'guest2-4'],
  ]);
});

test('a chain has the memory that it needs, and a lab that hosts more has more', () => {
  for (let layers = 1; layers <= MAX_LAYERS; layers += 1) {
    const memory = layOut(chain(layers)).map(({ memoryMib }) => memoryMib);
    expect(memory).toEqual([3000, 1900, 1100, 400].slice(-layers));
  }
  expect(layOut([1, 2]).map(({ memoryMib }) => memoryMib)).toEqual([1600, 400, 400]);
});

test.each([[[1, 2, 2, 2]], [[1, 15]], [[1, 1, 1, 8]], [[1, 5, 2]]])(
  'in %j every machine has room for its guests, and a MAC and a number of its own',
  (tree) => {
    const machines = layOut(tree);
    for (const machine of machines) {
      const guests = guestsOf(machines, machine);
      const sum = (of: (each: typeof machine) => number) =>
        guests.reduce((total, each) => total + of(each), 0);
      expect(machine.memoryMib).toBeGreaterThan(sum(({ memoryMib }) => memoryMib));
      expect(machine.scratchMib).toBeGreaterThan(sum(({ scratchMib }) => scratchMib));
    }
    expect(new Set(machines.map(({ mac }) => mac)).size).toBe(machines.length);
    expect(machines.map(({ id }) => id)).toEqual(machines.map((_, at) => at));
  },
);
