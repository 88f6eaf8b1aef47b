import { defined } from '@nestwatch/common/defined';
import { v1 } from '@nestwatch/proto';
import { textIn, timeIn } from './cells.ts';
import { DAY_MS, type Facet, type KnownNode, readNodes } from './nodes.ts';
import { call, type Reader } from './query.ts';

/** A node, the version of its agent, and what it said last about an upgrade. */
export interface UpgradeNode extends KnownNode {
  readonly version?: string;
  readonly said?: string;
  /** When it said so, µs since 1970. */
  readonly saidUs?: number;
}

const { UPGRADED, UPGRADE_FAILED } = v1.Event.Kind;

const version: Facet<UpgradeNode> = {
  query: { select: [call('last', 'agent_version')], from: 'nestwatch_report' },
  spanMs: 30 * DAY_MS,
  add: ({ rows: [row] }) => defined({ version: textIn(row, 'agent_version') || undefined }),
};

const said: Facet<UpgradeNode> = {
  query: {
    select: [call('last', 'text')],
    from: 'nestwatch_event',
    where: [`"kind" >= ${UPGRADED}`, `"kind" <= ${UPGRADE_FAILED}`],
  },
  spanMs: 30 * DAY_MS,
  add: ({ rows: [row] }) => ({ said: textIn(row, 'text'), saidUs: timeIn(row) }),
};

/** Reads what became of upgrades on the nodes of a lab. */
export function readUpgrades(store: Reader, lab: string): Promise<UpgradeNode[]> {
  return readNodes<UpgradeNode>(store, [version, said], { lab });
}
