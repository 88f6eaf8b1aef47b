import { UsageError } from '@nestwatch/common/errors';
import type { Assessment } from '../../capability/assess.ts';
import { rules } from '../../capability/rules/index.ts';

/** Shorter names of what pipelines ask for most. */
const ALIASES: Readonly<Record<string, string>> = { nested: 'can-nest' };

/** Rules that have to be passed, by name. @throws UsageError naming a word that is none */
export function requiredRules(given: string): readonly string[] {
  const words = given.split(',').map((each) => each.trim());
  for (const word of words) {
    if (ALIASES[word] === undefined && !rules.some(({ name }) => name === word)) {
      const names = [...Object.keys(ALIASES), ...rules.map(({ name }) => name)];
      throw new UsageError(`--require ${word} is not allowed: give one or more of ${names.join(', ')}`);
    }
  }
  return words;
}

/** What is required and not so, each with the reason; what is not known is not so either. */
export function unmetRequirements(required: readonly string[], { verdicts }: Assessment): readonly string[] {
  return required.flatMap((word) => {
    const verdict = verdicts.find(({ rule }) => rule.name === (ALIASES[word] ?? word));
    if (verdict?.level === 'pass') return [];
    return [`${word}: ${verdict?.summary ?? 'the rule does not apply to this machine'}`];
  });
}
