import type { Verdict } from '../../capability/verdicts.ts';

/** 2: it hosts no guests, or a tiny one did not run. 1: something warns, or failed without keeping guests away. 0: good. */
export function exitCodeOf(verdicts: readonly Verdict[]): 0 | 1 | 2 {
  const decides = (rule: string) => rule === 'can-host' || rule === 'guest-runs';
  if (verdicts.some(({ rule, level }) => decides(rule.name) && level === 'fail')) return 2;
  return verdicts.some(({ level }) => level === 'warn' || level === 'fail') ? 1 : 0;
}
