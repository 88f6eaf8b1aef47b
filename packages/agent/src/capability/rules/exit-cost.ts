import { PUBLISHED_EXITS, PUBLISHED_LAYER, publishedExit, timesPublished } from '../published-exits.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

/** Unfixed kernels begin at 1.7 times. */
const FAR_ABOVE = 1.6;

export const exitCost: Rule = {
  name: 'exit-cost',
  question: 'Does an exit cost here what is published for this CPU?',
  source: `CPUID of a guest in a guest, in cycles: ${PUBLISHED_EXITS[0]?.source}`,
  judge({
    facts: {
      cpu,
      exitCost: { cycles },
    },
    position: { layer },
  }) {
    if (cycles === undefined || layer !== PUBLISHED_LAYER) return undefined;
    const here = `an exit costs ${figure(cycles)} cycles here`;
    const published = publishedExit(cpu.family_model);
    const times = timesPublished(cycles, cpu.family_model, layer);
    if (published === undefined || times === undefined) {
      return info(`${here}; nothing is published for a CPU like this (family/model ${cpu.family_model})`);
    }
    const { generation, fixedCycles, unfixedCycles } = published;
    const beside = `${here}, ${times.toFixed(1)} times the ${figure(fixedCycles)} published for ${generation} with a fixed kernel`;
    if (times < FAR_ABOVE) return pass(beside);
    return warn(
      beside,
      `Kernels before 6.13, 6.12.7, 6.6.68 and 6.1.122 take ${figure(unfixedCycles)} cycles there: update the kernel of the machine that runs this one; if it has the fix, look at its mitigations (cat /sys/devices/system/cpu/vulnerabilities/*) and find out why its guests exit (nestwatch-agent exits)`,
      'parent',
    );
  },
};

const figure = (value: number) => Math.round(value).toLocaleString('en-US');
