import type { JudgedLab } from '../analysis/judged-lab.ts';
import { catchesUp } from '../read/node-state.ts';
import type { Alert } from './alerts/alert.ts';
import { catchingUp } from './rules/catching-up.ts';
import { collectorBehind } from './rules/collector-behind.ts';

/**
 * Which alerts can begin or end now. None but one when InfluxDB cannot be read. While a node's messages are those of
 * hours or days ago, none of it but the one that says so: how it was then calls for nothing, and ends nothing.
 */
export function judgeable({
  nodes,
  nowUs,
  pipeline,
}: JudgedLab): (alert: Pick<Alert, 'rule' | 'node'>) => boolean {
  const readable = pipeline.influxError === undefined;
  const behind = new Set(
    [...nodes.values()].filter((node) => catchesUp(node, nowUs)).map(({ node }) => node),
  );
  return ({ rule, node }) =>
    rule === collectorBehind.name || (readable && (rule === catchingUp.name || !behind.has(node)));
}
