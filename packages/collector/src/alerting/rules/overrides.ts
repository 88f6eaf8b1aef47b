import { formatDuration, parseDuration, refused } from '@nestwatch/common/config/setting';
import { SEVERITIES, type Severity } from '../../read/severity.ts';
import { rules } from './index.ts';
import type { Rule } from './rule.ts';

/** What an operator set for some alerts. Of several that match, the last one that says something counts. */
export interface Override {
  readonly rule: string;
  readonly lab?: string;
  readonly layer?: number;
  /** Node id or name. */
  readonly node?: string;
  /** Benchmark, or its beginning followed by `*`. */
  readonly benchmark?: string;
  readonly off?: boolean;
  readonly severity?: Severity;
  readonly forMs?: number;
  readonly keepMs?: number;
  readonly parameters: Readonly<Record<string, number>>;
}

/** What an alert is about, for choosing its settings. */
export interface About {
  readonly lab: string;
  readonly node?: string | undefined;
  readonly name?: string | undefined;
  readonly layer?: number | undefined;
  readonly benchmark?: string | undefined;
}

export interface Policy {
  readonly off: boolean;
  /** Set when the operator decided it: then a finding's own severity does not count. */
  readonly severity?: Severity;
  readonly forMs: number;
  readonly keepMs: number;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Settles a rule's settings: its defaults, then every override that matches, in order. */
export function policyFor(rule: Rule, overrides: readonly Override[], about: About): Policy {
  const defaults = Object.fromEntries(
    Object.entries(rule.parameters).map(([name, each]) => [name, each.default]),
  );
  let policy: Policy = { off: false, forMs: rule.forMs, keepMs: rule.keepMs, parameters: defaults };
  for (const override of overrides) {
    if (override.rule !== rule.name || !matches(override, about)) continue;
    const { off, severity, forMs, keepMs, parameters } = override;
    policy = {
      ...policy,
      ...(off === undefined ? {} : { off }),
      ...(severity === undefined ? {} : { severity }),
      ...(forMs === undefined ? {} : { forMs }),
      ...(keepMs === undefined ? {} : { keepMs }),
      parameters: { ...policy.parameters, ...parameters },
    };
  }
  return policy;
}

function matches(override: Override, about: About): boolean {
  const { lab, layer, node, benchmark } = override;
  if (lab !== undefined && lab !== about.lab) return false;
  if (layer !== undefined && layer !== about.layer) return false;
  if (node !== undefined && node !== about.node && node !== about.name) return false;
  if (benchmark === undefined) return true;
  if (about.benchmark === undefined) return false;
  return benchmark.endsWith('*')
    ? about.benchmark.startsWith(benchmark.slice(0, -1))
    : about.benchmark === benchmark;
}

const MATCHERS = ['rule', 'lab', 'layer', 'node', 'benchmark'];
const COMMON = ['off', 'severity', 'for', 'keep'];

/**
 * Checks the `watch.rules` of a configuration file.
 * @throws UsageError that names the entry, what was given and what is allowed
 */
export function parseOverrides(given: unknown): Override[] {
  if (!Array.isArray(given)) throw refused(given, 'a list of rules with their settings');
  return given.map(parseOverride);
}

function parseOverride(given: unknown): Override {
  const entry = given as Record<string, unknown>;
  const rule = rules.find((each) => each.name === entry?.['rule']);
  if (rule === undefined) {
    throw refused(entry?.['rule'] ?? given, `rule: one of ${rules.map((each) => each.name).join(', ')}`);
  }
  const known = [...MATCHERS, ...COMMON, ...Object.keys(rule.parameters)];
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown !== undefined) throw refused(unknown, `for ${rule.name} one of ${known.join(', ')}`);
  const parameters: Record<string, number> = {};
  for (const [name, parameter] of Object.entries(rule.parameters)) {
    if (entry[name] === undefined) continue;
    parameters[name] =
      parameter.kind === 'time'
        ? time(`${rule.name}.${name}`, entry[name])
        : number(`${rule.name}.${name}`, entry[name]);
  }
  return {
    rule: rule.name,
    ...texts(entry),
    ...(entry['layer'] === undefined ? {} : { layer: number('layer', entry['layer']) }),
    ...(entry['off'] === undefined ? {} : { off: flag(entry['off']) }),
    ...(entry['severity'] === undefined ? {} : { severity: severityOf(entry['severity']) }),
    ...(entry['for'] === undefined ? {} : { forMs: time('for', entry['for']) }),
    ...(entry['keep'] === undefined ? {} : { keepMs: time('keep', entry['keep']) }),
    parameters,
  };
}

function texts(entry: Readonly<Record<string, unknown>>): {
  lab?: string;
  node?: string;
  benchmark?: string;
} {
  const found: Record<string, string> = {};
  for (const key of ['lab', 'node', 'benchmark']) {
    const value = entry[key];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '') throw refused(value, `${key}: a text`);
    found[key] = value;
  }
  return found;
}

function number(name: string, given: unknown): number {
  if (typeof given !== 'number' || !Number.isFinite(given) || given < 0)
    throw refused(given, `${name}: a number from 0`);
  return given;
}

function time(name: string, given: unknown): number {
  const ms = given === 0 ? 0 : parseDuration(given);
  if (ms === undefined) throw refused(given, `${name}: a time such as 30s, 10m or 2h`);
  return ms;
}

function flag(given: unknown): boolean {
  if (typeof given !== 'boolean') throw refused(given, 'off: true or false');
  return given;
}

function severityOf(given: unknown): Severity {
  const found = SEVERITIES.find((each) => each === given);
  if (found === undefined) throw refused(given, `severity: one of ${SEVERITIES.join(', ')}`);
  return found;
}

/** A parameter's default as it is written in the file. */
export function defaultText(rule: Rule, name: string): string {
  const parameter = rule.parameters[name];
  if (parameter === undefined) return '';
  return parameter.kind === 'time' && parameter.default > 0
    ? formatDuration(parameter.default)
    : String(parameter.default);
}
