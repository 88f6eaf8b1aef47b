import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { charts, observatoryPage } from '../../../observatory/page/page.ts';
import { readSets } from '../../../observatory/store.ts';
import { hungBoot, runOf, setOf } from '../observed.ts';

const docs = resolve(import.meta.dirname, '../../../../docs');
const sets = readSets(join(docs, 'evidence/observatory'));

test('docs/evidence/observatory.md and its pictures are what `npm run observe -- page` makes of the results', () => {
  expect(sets.length).toBeGreaterThan(0);
  expect(readFileSync(join(docs, 'evidence/observatory.md'), 'utf8')).toBe(observatoryPage(sets));
  for (const [name, text] of charts(sets)) {
    expect(readFileSync(join(docs, 'images', name), 'utf8'), name).toBe(text);
  }
});

test('whatever was not counted is told with its reason', () => {
  const page = observatoryPage([setOf('9.9', runOf([hungBoot], { lacking: { guest0: ['kvm/kvm_msr'] } }))]);
  expect(page).toContain('- 9.9: boot in guest3: hung, not up after 420 s');
  expect(page).toContain('- 9.9: guest0 cannot count kvm/kvm_msr');
  expect(page).toContain('| boot to user space | guest3 | hung |');
});
