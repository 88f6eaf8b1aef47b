import { expect, test } from 'vitest';
import type { NewestAmplification } from '../../../src/read/amplifications.ts';
import { machineBox } from '../../../src/web/html/machine-box.ts';
import { labOf, machine } from '../../support/lab-view.ts';

const box = (amplification?: NewestAmplification) => {
  const value = amplification?.value ?? 0;
  const metrics = amplification === undefined ? {} : { amplification: { last: value, points: [] } };
  const node = machine('guest1', { metrics, ...(amplification !== undefined && { amplification }) });
  return machineBox(labOf([node]), node).text;
};
const usual = { low: 5.97, high: 7.46 };

test('the box of a machine has its exit amplification, and beside it what is usual and how that is known', () => {
  const text = box({ value: 6.93, usual, usualFrom: 'observatory' });
  expect(text).toContain('>Amplification</dt><dd>6.93</dd>');
  expect(text).toContain(
    '<dd class="usual" title="counted by the observatory for this pair of kernels">usual: 5.97 to 7.46</dd>',
  );
  expect(box({ value: 6.93, usual, usualFrom: 'own history' })).toContain('title="from its own history"');
});

test('above it, the box says so in a sign and a word', () => {
  expect(box({ value: 9.1, usual, usualFrom: 'observatory' })).toContain(
    '<span aria-hidden="true">!</span> above usual: 5.97 to 7.46',
  );
});

test('without a band it says why to who points at it; without guests that exit, nothing', () => {
  const none = box({ value: 15.4, usualFrom: 'none: fewer than 1000 exits per second to compare' });
  expect(none).toContain(
    'title="none: fewer than 1000 exits per second to compare">nothing to compare with<',
  );
  expect(box({ value: 6, usualFrom: '' })).not.toContain('class="usual');
  expect(box()).not.toContain('Amplification');
});
