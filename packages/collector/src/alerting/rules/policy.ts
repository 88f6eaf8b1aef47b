import { defined } from '@nestwatch/common/defined';
import type { Severity } from '../../read/severity.ts';
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
  readonly keepFiringForMs?: number;
  readonly parameters: Readonly<Record<string, number>>;
}

/** What an alert is about, for choosing its settings. */
interface About {
  readonly lab: string;
  readonly node?: string;
  readonly name?: string;
  readonly layer?: number;
  readonly benchmark?: string | undefined;
}

export interface Policy {
  readonly off: boolean;
  /** Set when the operator decided it: then a finding's own severity does not count. */
  readonly severity?: Severity;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Resolves a rule's settings: its defaults, then every override that matches, in order. */
export function policyFor(rule: Rule, overrides: readonly Override[], about: About): Policy {
  const { forMs, keepFiringForMs } = rule;
  const defaults = Object.entries(rule.parameters).map(([name, each]) => [name, each.default] as const);
  let policy: Policy = { off: false, forMs, keepFiringForMs, parameters: Object.fromEntries(defaults) };
  for (const override of overrides) {
    if (override.rule !== rule.name || !matches(override, about)) continue;
    const { off, severity, forMs, keepFiringForMs } = override;
    const parameters = { ...policy.parameters, ...override.parameters };
    policy = { ...policy, ...defined({ off, severity, forMs, keepFiringForMs }), parameters };
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
