import { renderTable } from '@nestwatch/common/cli/table';
import type { OfferedUpgrade } from '../../operators/upgrades.ts';
import type { UpgradeNode } from '../../read/upgrades.ts';

/** A node, its version, and what became of the offer there. */
export interface UpgradeRow {
  readonly node: string;
  readonly name: string;
  /** Absent for agents that were not heard of since versions are kept. */
  readonly version?: string;
  readonly state: string;
}

/** What became of an offer on each node. */
export function upgradeRows(
  nodes: readonly UpgradeNode[],
  { version: wanted, madeMs = 0 }: Partial<OfferedUpgrade>,
): UpgradeRow[] {
  return nodes.map(({ node, name, version, said, saidUs = 0 }) => {
    const isAbout = wanted !== undefined && said !== undefined && saidUs >= madeMs * 1000;
    const last = said ?? '';
    const state =
      wanted === undefined
        ? last
        : version === wanted
          ? 'has it'
          : isAbout
            ? last
            : 'has not answered yet: it is silent, or its agent knows no upgrades';
    return { node, name, ...(version === undefined ? {} : { version }), state };
  });
}

export function upgradeTable(rows: readonly UpgradeRow[]): string {
  return renderTable<UpgradeRow>(
    [
      { title: 'NODE', value: ({ name }) => name },
      { title: 'VERSION', value: ({ version }) => version ?? '-' },
      { title: 'OFFER', value: ({ state }) => state },
    ],
    rows,
  );
}
