import type { JudgedLab } from '../../analysis/judged-lab.ts';
import { ancestors } from '../../analysis/references.ts';
import type { Severity } from '../../read/severity.ts';
import type { Found } from '../rules/findings.ts';
import { rules } from '../rules/index.ts';
import { policyFor } from '../rules/policy.ts';
import type { AlertingConfig } from '../settings.ts';
import { isFor, type Sink } from '../sinks/sink.ts';
import type { Alert } from './alert.ts';
import { openWindow } from './maintenance.ts';
import { covers, type Silence } from './silence.ts';

/** All that decides what becomes of a lab's alerts now. */
export type Situation = ReturnType<typeof situationOf>;

export function situationOf(
  view: JudgedLab,
  found: readonly Found[],
  silences: readonly Silence[],
  { config, sinks }: { readonly config: AlertingConfig; readonly sinks: readonly Sink[] },
) {
  const windows = config['watch.maintenance'].flatMap((window) => openWindow(window, view.nowUs) ?? []);
  const all = [...silences, ...windows];
  const lineage = (node: string) => {
    const known = view.nodes.get(node);
    return known === undefined ? [node] : [node, ...ancestors(view.nodes, known).map((each) => each.node)];
  };
  return {
    view,
    found,
    /** Why nobody is to be notified of an alert now; undefined when they are. */
    silencedBy: (alert: Alert): string | undefined =>
      all.find((silence) => covers(silence, alert, lineage, view.nowUs))?.why,
    /** Of a node that is not part of the lab any more: it will not come back in a moment. */
    isOfNobody: ({ node }: Alert): boolean => node !== '' && !view.nodes.has(node),
    /** How long an alert must be gone before it resolves. */
    keepFiringForMs(alert: Alert): number {
      const rule = rules.find((each) => each.name === alert.rule);
      if (rule === undefined) return 0;
      const benchmark = alert.subject.split(' ')[0];
      return policyFor(rule, config['watch.rules'], { ...alert, benchmark }).keepFiringForMs;
    },
    /** Names of all sinks that want to hear of this severity of this lab. */
    sinksFor: (severity: Severity): readonly string[] =>
      sinks.filter((sink) => isFor(sink, { lab: view.lab, severity })).map((sink) => sink.name),
  };
}
