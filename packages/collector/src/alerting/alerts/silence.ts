import type { Alert } from './alert.ts';

/** Nobody is notified of alerts that match, for a time: somebody is at work on the lab. */
export interface Silence {
  readonly id: string;
  readonly lab: string;
  /** This layer and what is below it. */
  readonly layer?: number;
  /** Node id: this machine and what is below it. */
  readonly node?: string;
  readonly rule?: string;
  readonly startsUs: number;
  readonly endsUs: number;
  readonly why: string;
  readonly by: string;
}

/** Whether a silence covers an alert at this moment. @param lineage a node and its parents, nearest first, as ids */
export function covers(
  silence: Silence,
  alert: Pick<Alert, 'lab' | 'node' | 'rule' | 'layer'>,
  lineage: (node: string) => readonly string[],
  nowUs: number,
): boolean {
  if (nowUs < silence.startsUs || nowUs >= silence.endsUs || silence.lab !== alert.lab) return false;
  if (silence.rule !== undefined && silence.rule !== alert.rule) return false;
  if (silence.layer !== undefined && (alert.layer === undefined || alert.layer < silence.layer)) return false;
  return silence.node === undefined || lineage(alert.node).includes(silence.node);
}

/** What is stored, as a silence; undefined when it is none. */
export function parseSilence(text: string): Silence | undefined {
  try {
    const given = JSON.parse(text) as Partial<Silence>;
    const whole =
      typeof given.id === 'string' &&
      typeof given.lab === 'string' &&
      typeof given.startsUs === 'number' &&
      typeof given.endsUs === 'number';
    return whole ? ({ why: '', by: '', ...given } as Silence) : undefined;
  } catch {
    return undefined;
  }
}
