import { defined } from '@nestwatch/common/defined';
import { VERSION } from '@nestwatch/common/version';
import { v1 } from '@nestwatch/proto';
import type { Assessment } from '../../capability/assess.ts';
import { factMessages, stateWord } from '../../capability/messages.ts';
import { valueIn } from '../../host/host.ts';
import type { Comparison } from './comparison.ts';
import { issueWord } from './known-issues.ts';

const { KNOWN } = v1.Fact.State;

/** What --json prints. Members are added, never renamed. */
export function checkJson(
  assessment: Assessment,
  exitCode: number,
  comparison: readonly Comparison[] | undefined,
  unmet: readonly string[] | undefined,
) {
  return defined({
    version: VERSION,
    exitCode,
    canHost:
      assessment.verdicts.some(({ rule, level }) => rule.name === 'can-host' && level === 'pass') &&
      !assessment.verdicts.some(({ rule, level }) => rule.name === 'guest-runs' && level === 'fail'),
    canNest: valueIn(assessment.facts.kvmModules.nested) ?? null,
    hypervisor: valueIn(assessment.hypervisor) ?? null,
    verdicts: assessment.verdicts.map(({ rule, level, summary, advice, who }) => ({
      rule: rule.name,
      question: rule.question,
      level,
      summary,
      advice: advice ?? null,
      who: who ?? null,
      source: rule.source,
    })),
    facts: factMessages(assessment.facts).map(({ fact, state, value, reason, source }) => ({
      fact,
      state: stateWord(state),
      value: state === KNOWN ? value : null,
      reason: state === KNOWN ? null : reason,
      source,
    })),
    knownIssues: assessment.issues.map((judged) => ({
      id: judged.issue.id,
      name: judged.issue.name ?? null,
      what: judged.issue.what,
      role: judged.issue.role,
      standing: issueWord(judged),
      why: judged.why,
      summary: judged.issue.summary,
      advice: judged.issue.advice,
      sources: judged.issue.sources,
    })),
    guests: valueIn(assessment.guests) ?? null,
    comparison,
    unmet,
  });
}
