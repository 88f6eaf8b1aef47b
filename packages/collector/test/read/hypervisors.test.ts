import { expect, test } from 'vitest';
import type { Series } from '../../src/influx/query-answer.ts';
import { readHypervisors } from '../../src/read/hypervisors.ts';

const facts = (node: string, all: Readonly<Record<string, string>>): Series[] =>
  Object.entries(all).map(([fact, value]) => ({
    name: 'nestwatch_fact',
    tags: { lab: 'lab', node, fact },
    rows: [{ time: 0, value }],
  }));

test('CPU, features and kernel of each machine, from its facts', async () => {
  const query = async () => [
    ...facts('lab', {
      ...{ 'cpu.vendor': 'AuthenticAMD', 'svm.npt': 'yes', 'svm.vgif': 'yes', 'svm.avic': 'no' },
      ...{ 'kernel.upstream': '6.12.117', 'kernel.basis': 'based' },
    }),
    ...facts('rhel', {
      'cpu.vendor': 'GenuineIntel',
      'kernel.upstream': '5.14.0',
      'kernel.basis': 'backported',
    }),
  ];
  const of = await readHypervisors({ query }, 0);
  expect(of('lab', 'lab')).toEqual({
    vendor: 'AuthenticAMD',
    features: new Set(['npt', 'vgif']),
    kernel: '6.12',
  });
  expect(of('lab', 'rhel')).toEqual({ vendor: 'GenuineIntel' });
  expect([of('lab', undefined), of('other', 'lab')]).toEqual([undefined, undefined]);
});
