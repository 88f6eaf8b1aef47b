import { expect, test } from 'vitest';
import type { Assessment } from '../../../src/capability/assess.ts';
import { fingerprintOf } from '../../../src/capability/changes.ts';
import type { LayerPosition } from '../../../src/capability/fact.ts';
import { verdictMessage } from '../../../src/capability/messages.ts';
import { ruleContext } from '../../../src/capability/rule.ts';
import { depth } from '../../../src/capability/rules/cascade.ts';
import { absent, known } from '../../../src/host/host.ts';
import { assessMachine } from '../../support/machine.ts';

/** A machine at which an exit costs so much. */
async function withExit(us: number): Promise<Assessment> {
  const assessment = await assessMachine({});
  return {
    ...assessment,
    facts: { ...assessment.facts, exitCost: { median_us: known(us), cycles: absent('') } },
  };
}

const judge = (assessment: Assessment, position: LayerPosition) =>
  depth.judge(ruleContext(assessment, [], position));

test.each([
  [{ layer: 3 }, '(one exit costs 215 µs here)'],
  [
    { layer: 3, parent: 'guest2', parentExitUs: 29.5 },
    '(one exit costs 215 µs here, 7.27 times the 29.5 µs on guest2)',
  ],
  [{ layer: 4, parentExitUs: 2 }, '(one exit costs 215 µs here, 107 times the 2 µs on its parent)'],
])('in %j the measured cost is told: %s', async (position, told) => {
  expect(judge(await withExit(214.6), position)?.advice).toContain(`one layer less is enough ${told}: `);
});

test('another figure is no change that is worth a report, a first ratio is', async () => {
  const fingerprint = async (us: number, position: LayerPosition) => {
    const judgement = judge(await withExit(us), position);
    if (judgement === undefined) throw new Error('no verdict');
    return fingerprintOf({ verdicts: [verdictMessage({ ...judgement, rule: depth })] });
  };
  const alone = { layer: 3, parent: 'guest2' };
  const compared = { ...alone, parentExitUs: 29.5 };
  expect(await fingerprint(215, compared)).toBe(await fingerprint(220.5, { ...compared, parentExitUs: 31 }));
  expect(await fingerprint(215, compared)).not.toBe(await fingerprint(215, alone));
});
