import { expect, test } from 'vitest';
import type { Assessment } from '../../../src/capability/assess.ts';
import { rules } from '../../../src/capability/rules/index.ts';
import { requiredRules, unmetRequirements } from '../../../src/commands/check/require.ts';

function assessment(levels: Readonly<Record<string, 'pass' | 'warn' | 'fail' | 'unknown'>>): Assessment {
  const verdicts = rules
    .filter(({ name }) => levels[name] !== undefined)
    .map((rule) => ({ rule, level: levels[rule.name] ?? 'unknown', summary: `${levels[rule.name]} of it` }));
  return { verdicts } as unknown as Assessment;
}

test('what is required passes, or is named with the reason', () => {
  const required = requiredRules('can-host, nested');
  expect(unmetRequirements(required, assessment({ 'can-host': 'pass', 'can-nest': 'pass' }))).toEqual([]);
  expect(unmetRequirements(required, assessment({ 'can-host': 'pass', 'can-nest': 'warn' }))).toEqual([
    'nested: warn of it',
  ]);
  expect(unmetRequirements(required, assessment({ 'can-host': 'fail' }))).toEqual([
    'can-host: fail of it',
    'nested: the rule does not apply to this machine',
  ]);
  expect(unmetRequirements(['can-nest'], assessment({ 'can-nest': 'unknown' }))).toHaveLength(1);
});

test('a requirement that nobody knows is named, with those that there are', () => {
  expect(() => requiredRules('can-host,fly')).toThrow(
    /--require fly is not allowed: give one or more of nested, .*can-host/,
  );
});
