import type { JudgedLab, JudgedNode } from '../../analysis/judged-lab.ts';
import type { Severity } from '../../read/severity.ts';
import { EXPECTED } from './expected.ts';
import { rules } from './index.ts';
import { type Override, type Policy, policyFor } from './policy.ts';
import type { Finding } from './rule.ts';

/** A finding with the name of its rule and the settings that hold for it. Node and subject may be empty. */
export interface Found extends Finding {
  readonly rule: string;
  readonly node: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly policy: Policy;
}

/** Asks every rule about a lab. */
export function findingsOf(view: JudgedLab, operators: readonly Override[]): Found[] {
  const overrides = [...EXPECTED, ...operators];
  return rules.flatMap((rule) => {
    const policyOf = (node: JudgedNode | undefined, benchmark?: string) =>
      policyFor(rule, overrides, { ...node, lab: view.lab, benchmark });
    const limitsFor = (node: JudgedNode | undefined, benchmark?: string) => {
      const policy = policyOf(node, benchmark);
      return policy.off ? undefined : policy.parameters;
    };
    return rule.evaluate(view, limitsFor).map((finding) => {
      const { node = '', subject = '' } = finding;
      // Subjects of streams begin with the benchmark's name.
      const policy = policyOf(view.nodes.get(node), subject.split(' ')[0]);
      const severity = policy.severity ?? finding.severity ?? rule.severity;
      return { ...finding, node, subject, rule: rule.name, severity, policy };
    });
  });
}
