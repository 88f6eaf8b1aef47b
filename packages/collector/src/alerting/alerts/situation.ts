import type { JudgedLab } from '../../analysis/judged-lab.ts';
import { ancestors } from '../../analysis/references.ts';
import { isAtLeast, type Severity } from '../../read/severity.ts';
import type { Found } from '../rules/findings.ts';
import { rules } from '../rules/index.ts';
import { type Override, policyFor } from '../rules/policy.ts';
import type { Sink } from '../sinks/sink.ts';
import type { Alert } from './alert.ts';
import { type MaintenanceWindow, openWindow } from './maintenance.ts';
import { covers, type Silence } from './silence.ts';

/** All that decides what becomes of a lab's alerts now. */
export interface Situation {
  readonly view: JudgedLab;
  readonly found: readonly Found[];
  /** Why nobody is to be notified of an alert now; undefined when they are. */
  silencedBy(alert: Pick<Alert, 'lab' | 'node' | 'rule' | 'layer'>): string | undefined;
  /** How long an alert must be gone before it resolves. */
  keepFiringForMs(alert: Pick<Alert, 'lab' | 'node' | 'rule' | 'name' | 'layer' | 'subject'>): number;
  /** Names of all sinks that want to hear of this severity. */
  sinksFor(severity: Severity): readonly string[];
}

export interface SituationSettings {
  readonly overrides: readonly Override[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly sinks: readonly Sink[];
}

export function situationOf(
  view: JudgedLab,
  found: readonly Found[],
  silences: readonly Silence[],
  { overrides, maintenance, sinks }: SituationSettings,
): Situation {
  const windows = maintenance.flatMap((window) => openWindow(window, view.nowUs) ?? []);
  const all = [...silences, ...windows];
  const lineage = (node: string) => {
    const known = view.nodes.get(node);
    return known === undefined ? [node] : [node, ...ancestors(view.nodes, known).map((each) => each.node)];
  };
  return {
    view,
    found,
    silencedBy: (alert) => all.find((silence) => covers(silence, alert, lineage, view.nowUs))?.why,
    keepFiringForMs(alert) {
      const rule = rules.find((each) => each.name === alert.rule);
      if (rule === undefined) return 0;
      const benchmark = alert.subject.split(' ')[0];
      return policyFor(rule, overrides, { ...alert, benchmark }).keepFiringForMs;
    },
    sinksFor: (severity) =>
      sinks.filter((sink) => isAtLeast(severity, sink.leastSeverity)).map((sink) => sink.name),
  };
}
