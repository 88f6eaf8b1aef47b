import type { Severity } from '../read/severity.ts';
import { type Alert, alertId } from './alerts/alert.ts';

/** An alert that nothing raised, with which people see whether alerts arrive. It is about no machine, and nowhere kept. */
export function testAlert(lab: string, severity: Severity, isOver: boolean, nowUs: number): Alert {
  const whose = { lab, node: '', rule: 'test', subject: '' };
  return {
    ...whose,
    id: alertId(whose),
    name: '',
    severity,
    state: isOver ? 'resolved' : 'firing',
    summary:
      'This is a test from "nestwatch notify test". Nothing is wrong: alerts of nestwatch arrive here.',
    details: [],
    causes: [],
    sinceUs: nowUs,
    firedUs: nowUs,
    ...(isOver ? { resolvedUs: nowUs } : {}),
    firings: [nowUs],
    flapping: false,
    revision: isOver ? 2 : 1,
    pendingSinks: [],
    notified: true,
  };
}
