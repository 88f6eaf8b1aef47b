import { groupBy } from '@nestwatch/common/group-by';
import { count } from '../../analysis/text.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import type { Tone } from './tone.ts';
import type { LabView, NodeView } from './view.ts';

/** What is wrong with a machine now, whatever figure is looked at. */
export interface Trouble {
  readonly tone: Extract<Tone, 'bad' | 'warn'>;
  /** "silent", "2 alerts: slowdown-self". */
  readonly text: string;
}

/** Finds the trouble of each machine: silent, alerts that are more than information, verdicts that fail. */
export function troubleReader({ alerts }: Pick<LabView, 'alerts'>): (node: NodeView) => Trouble | undefined {
  const grave = groupBy(
    alerts.filter(({ severity }) => severity !== 'info'),
    ({ node }) => node,
  );
  return (node) => {
    const own = grave.get(node.node) ?? [];
    const failures = Number(node.capability['failures'] ?? 0);
    const texts = [
      ...(node.silent ? ['silent'] : []),
      ...(own.length > 0 ? [alertsText(own)] : []),
      ...(failures > 0 ? [count(failures, 'failure')] : []),
    ];
    if (texts.length === 0) return undefined;
    const isBad = node.silent || own.some(({ severity }) => severity === 'critical');
    return { tone: isBad ? 'bad' : 'warn', text: texts.join(', ') };
  };
}

function alertsText(alerts: readonly StoredAlert[]): string {
  return `${count(alerts.length, 'alert')}: ${[...new Set(alerts.map(({ rule }) => rule))].join(', ')}`;
}
