import { presence } from '@nestwatch/proto';
import type { JudgedLab, JudgedNode } from '../analysis/judged-lab.ts';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { isSilent } from '../read/silent.ts';

const EVERY_US = 60_000_000;

/** Writes once a minute who is heard of and who runs whom, by name: the dashboards cannot compare times, nor join ids. */
export function createPresenceWriter(store: Pick<Store, 'write'>) {
  let writtenUs = Number.NEGATIVE_INFINITY;
  return async (views: readonly JudgedLab[], nowUs: number): Promise<void> => {
    if (nowUs - writtenUs < EVERY_US) return;
    const lines = views.flatMap((view) => [...view.nodes.values()].flatMap((node) => line(view, node) ?? []));
    await store.write(lines);
    writtenUs = nowUs;
  };
}

function line({ lab, nowUs, nodes, pipeline }: JudgedLab, node: JudgedNode): string | undefined {
  const { name, layer, parent = '' } = node;
  const sinceUs = pipeline.caughtUpSinceUs;
  return encodeComputed(
    presence,
    commonTagsOf({ lab, node: node.node, name, layer, parent }),
    {},
    {
      silent: sinceUs === undefined ? undefined : Number(isSilent(Math.max(node.lastSeenUs, sinceUs), nowUs)),
      parent_name: nodes.get(parent)?.name,
    },
    nowUs,
  );
}
