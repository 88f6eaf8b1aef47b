import { valueIn } from '../../capability/fact.ts';
import type { Look } from '../../capability/look.ts';
import { factMessages } from '../../capability/messages.ts';
import type { Comparison } from './compare.ts';

const STATES = ['unspecified', 'known', 'absent', 'denied', 'unknown'];

export interface CheckExtras {
  readonly version: string;
  readonly exitCode: number;
  readonly comparison: readonly Comparison[] | undefined;
}

/** What --json prints. Members are added, never renamed. */
export function checkJson(seen: Look, { version, exitCode, comparison }: CheckExtras) {
  return {
    version,
    exitCode,
    canHost:
      seen.verdicts.some(({ rule, level }) => rule.name === 'can-host' && level === 'pass') && exitCode < 2,
    canNest: valueIn(seen.facts.kvmModules.nested) ?? null,
    hypervisor: valueIn(seen.hypervisor) ?? null,
    verdicts: seen.verdicts.map(({ rule, level, summary, advice, who }) => ({
      rule: rule.name,
      question: rule.question,
      level,
      summary,
      advice: advice ?? null,
      who: who ?? null,
      source: rule.source,
    })),
    facts: factMessages(seen.facts).map(({ fact, state, value, reason, source }) => ({
      fact,
      state: STATES[state ?? 0],
      value: state === 1 ? value : null,
      reason: state === 1 ? null : reason,
      source,
    })),
    guests: valueIn(seen.guests) ?? null,
    ...(comparison !== undefined && { comparison }),
  };
}
