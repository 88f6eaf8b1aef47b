import type { Alert } from './alerts/alert.ts';

/** Streams whose slowdown says that exits became more expensive, by the beginning of their names. */
const STREAMS = ['exit.cpuid', 'probe.exit-latency'];

/** Whether an alert is about what exits cost, so that why guests exit belongs to it. */
export function isAboutExits({ rule, subject }: Pick<Alert, 'rule' | 'subject'>): boolean {
  return rule === 'exit-cost' || STREAMS.some((name) => subject.split(' ')[0] === name);
}
