import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/capability/changes.ts';
import { verdictMessage } from '../../../src/capability/messages.ts';
import { ruleContext } from '../../../src/capability/rule.ts';
import { exitCost } from '../../../src/capability/rules/exit-cost.ts';
import { known } from '../../../src/host/host.ts';
import { assessMachine } from '../../support/machine.ts';

/** A CPU by family and model, at which an exit costs this many cycles, in a layer. */
async function judge(familyModel: string, cycles: number, layer: number | undefined) {
  const { facts, ...assessment } = await assessMachine({});
  const cpu = { ...facts.cpu, family_model: known(familyModel) };
  const cost = { median_us: known(1), cycles: known(cycles) };
  const context = ruleContext({ ...assessment, facts: { ...facts, cpu, exitCost: cost } }, [], { layer });
  return exitCost.judge(context);
}

test.each([
  // Published for kernels without the fix.
  ['6/85', 11_650, 'warn', '11,650 cycles here, 1.7 times the 6,850 published for Skylake-X'],
  ['6/106', 22_350, 'warn', '22,350 cycles here, 2.5 times the 9,000 published for Ice Lake-X'],
  ['6/207', 28_850, 'warn', '28,850 cycles here, 3.7 times the 7,900 published for Emerald Rapids'],
  // And with it.
  ['6/106', 9100, 'pass', '9,100 cycles here, 1.0 times the 9,000 published for Ice Lake-X'],
  ['25/17', 30_000, 'info', 'nothing is published for a CPU like this (family/model 25/17)'],
])('on %s, %d cycles of a guest in a guest are judged %s', async (familyModel, cycles, level, summary) => {
  const judged = await judge(familyModel, cycles, 2);
  expect(judged).toMatchObject({ level, summary: expect.stringContaining(summary) });
  if (level === 'warn') {
    expect(judged).toMatchObject({ who: 'parent', advice: expect.stringContaining('6.1.122') });
  }
});

test('the figures are of a guest in a guest: in another layer the question does not arise', async () => {
  for (const layer of [0, 1, 3, undefined]) expect(await judge('6/106', 22_350, layer)).toBeUndefined();
});

test('another figure alone is no change that is worth a report', async () => {
  const fingerprint = async (cycles: number) => {
    const judged = await judge('6/106', cycles, 2);
    if (judged === undefined) throw new Error('no verdict');
    return fingerprintOf({ verdicts: [verdictMessage({ ...judged, rule: exitCost })] });
  };
  expect(await fingerprint(9100)).toBe(await fingerprint(8850));
  expect(await fingerprint(9100)).not.toBe(await fingerprint(22_350));
});
