import { type VerdictShape, v1 } from '@nestwatch/proto';
import type { Judgement, Level, Rule, RuleContext } from './rule.ts';
import { rules } from './rules/index.ts';

const LEVELS: Readonly<Record<Level, number>> = {
  pass: v1.Verdict.Level.PASS,
  info: v1.Verdict.Level.INFO,
  warn: v1.Verdict.Level.WARN,
  fail: v1.Verdict.Level.FAIL,
  unknown: v1.Verdict.Level.UNKNOWN,
};

export interface Verdict extends Judgement {
  readonly rule: Rule;
}

/** The answers to all questions that arise here. */
export function judgeAll(context: RuleContext): Verdict[] {
  return rules.flatMap((rule) => {
    const judgement = rule.judge(context);
    return judgement === undefined ? [] : [{ ...judgement, rule }];
  });
}

export function verdictMessage({ rule, level, summary, advice, who }: Verdict): VerdictShape {
  return {
    rule: rule.name,
    level: LEVELS[level],
    summary,
    advice: advice ?? '',
    who: who ?? '',
    source: rule.source,
  };
}

export function countLevel(verdicts: readonly Verdict[], level: Level): number {
  return verdicts.filter((verdict) => verdict.level === level).length;
}
