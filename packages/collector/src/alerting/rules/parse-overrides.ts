import { formatDuration, refused } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { SEVERITIES } from '../../read/severity.ts';
import { flagKind, numberKind, readEntry, severityKind, textKind, timeKind } from '../entry.ts';
import { rules } from './index.ts';
import type { Override } from './policy.ts';
import type { Parameter } from './rule.ts';

const MATCHERS = ['rule', 'lab', 'layer', 'node', 'benchmark'];
const COMMON = ['off', 'severity', 'for', 'keep'];
const A_NUMBER = 'a number from 0';
const A_TIME = 'a time such as 30s, 10m or 2h';

/**
 * Checks the `watch.rules` of a configuration file.
 * @throws UsageError that names the entry, what was given and what is allowed
 */
export function parseOverrides(given: unknown): Override[] {
  if (!Array.isArray(given)) throw refused(given, 'a list of rules with their settings');
  return given.map(parseOverride);
}

function parseOverride(given: unknown): Override {
  const name = (given as { rule?: unknown } | null)?.rule;
  const rule = rules.find((each) => each.name === name);
  if (rule === undefined) {
    throw refused(name ?? given, `rule: one of ${rules.map((each) => each.name).join(', ')}`);
  }
  const known = [...MATCHERS, ...COMMON, ...Object.keys(rule.parameters)];
  const { optional } = readEntry(given, known, `for ${rule.name} `);
  const parameters = Object.entries(rule.parameters).flatMap(([key, { kind }]) => {
    const [read, allowed] = kind === 'time' ? [timeKind, A_TIME] : [numberKind, A_NUMBER];
    const value = optional(key, read, allowed, `${rule.name}.${key}`);
    return value === undefined ? [] : [[key, value] as const];
  });
  return defined({
    rule: rule.name,
    lab: optional('lab', textKind, 'a text'),
    node: optional('node', textKind, 'a text'),
    benchmark: optional('benchmark', textKind, 'a text'),
    layer: optional('layer', numberKind, A_NUMBER),
    off: optional('off', flagKind, 'true or false'),
    severity: optional('severity', severityKind, `one of ${SEVERITIES.join(', ')}`),
    forMs: optional('for', timeKind, A_TIME),
    keepFiringForMs: optional('keep', timeKind, A_TIME),
    parameters: Object.fromEntries(parameters),
  });
}

/** A parameter's default as it is written in the file. */
export function defaultText(parameter: Parameter): string {
  const { kind, default: value } = parameter;
  return kind === 'time' && value > 0 ? formatDuration(value) : String(value);
}
