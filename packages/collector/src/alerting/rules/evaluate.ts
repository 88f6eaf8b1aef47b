import type { JudgedLab, JudgedNode } from '../../analysis/judged-lab.ts';
import type { Severity } from '../../read/severity.ts';
import { EXPECTED } from './expected.ts';
import { rules } from './index.ts';
import { type About, type Override, type Policy, policyFor } from './overrides.ts';
import type { Finding, Rule } from './rule.ts';

/** A finding with the name of its rule and the settings that hold for it. */
export interface Found extends Omit<Finding, 'severity'> {
  readonly rule: string;
  readonly severity: Severity;
  readonly policy: Policy;
}

/** Asks every rule about a lab. */
export function evaluate(view: JudgedLab, operators: readonly Override[]): Found[] {
  const overrides = [...EXPECTED, ...operators];
  return rules.flatMap((rule) => {
    const about = (node: JudgedNode | undefined, benchmark?: string): About => ({
      lab: view.lab,
      ...{ node: node?.node, name: node?.name, layer: node?.layer, benchmark },
    });
    const settle = (node: JudgedNode | undefined, benchmark?: string) => {
      const policy = policyFor(rule, overrides, about(node, benchmark));
      return policy.off ? undefined : policy.parameters;
    };
    return rule.evaluate(view, settle).map((finding) => {
      const node = view.nodes.get(finding.node);
      // Subjects of streams begin with the benchmark's name.
      const policy = policyFor(rule, overrides, about(node, finding.subject.split(' ')[0]));
      return { ...finding, rule: rule.name, severity: severityOf(rule, finding, policy), policy };
    });
  });
}

function severityOf(rule: Rule, finding: Finding, policy: Policy): Severity {
  return policy.severity ?? finding.severity ?? rule.severity;
}
