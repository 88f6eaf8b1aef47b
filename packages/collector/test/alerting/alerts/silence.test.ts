import { expect, test } from 'vitest';
import { covers, parseSilence } from '../../../src/alerting/alerts/silence.ts';

const silence = { id: 's', lab: 'lab', startsUs: 0, endsUs: 100, why: 'w', by: 'b' };
const lineage = (node: string) => ({ guest3: ['guest3', 'guest2', 'guest1'] })[node] ?? [node];
const alert = { lab: 'lab', node: 'guest3', rule: 'node-silent', layer: 3 };

test('a silence covers what it names and what is below, while it lasts', () => {
  expect(covers(silence, alert, lineage, 50)).toBe(true);
  expect(covers(silence, alert, lineage, 100)).toBe(false);
  expect(covers({ ...silence, layer: 2 }, alert, lineage, 50)).toBe(true);
  expect(covers({ ...silence, layer: 4 }, alert, lineage, 50)).toBe(false);
  expect(covers({ ...silence, node: 'guest1' }, alert, lineage, 50)).toBe(true);
  expect(covers({ ...silence, node: 'guest4' }, alert, lineage, 50)).toBe(false);
  expect(covers({ ...silence, rule: 'steal-high' }, alert, lineage, 50)).toBe(false);
  expect(covers({ ...silence, lab: 'other' }, alert, lineage, 50)).toBe(false);
});

test('what is stored and is no silence is none', () => {
  expect(parseSilence('{')).toBeUndefined();
  expect(parseSilence('{"id":"x"}')).toBeUndefined();
  expect(parseSilence(JSON.stringify(silence))).toEqual(silence);
});
