import { defined } from '@nestwatch/common/defined';
import { formatDuration } from '@nestwatch/common/quantities';
import type { KnownNode } from '../../read/nodes.ts';
import { isSilent } from '../../read/silent.ts';
import type { LabChange } from './changes.ts';

/** Who is in a lab at both ends of a span. Times are µs since 1970. */
interface Presence {
  readonly before: readonly KnownNode[];
  readonly now: readonly KnownNode[];
  readonly sinceUs: number;
  readonly toUs: number;
  /** When the first message after `sinceUs` came, by node. */
  readonly firstUs: ReadonlyMap<string, number>;
  /** When an operator said that a node is gone, by node. */
  readonly forgottenUs: ReadonlyMap<string, number>;
}

/** Who is new, gone, silent, heard again, or runs on another machine. */
export function changesOfNodes(presence: Presence): LabChange[] {
  const { before, now, toUs, firstUs, forgottenUs } = presence;
  const was = new Map(before.map((node) => [node.node, node]));
  const is = new Map(now.map((node) => [node.node, node]));
  const named = (node: string | undefined) =>
    node === undefined ? 'none' : ((is.get(node) ?? was.get(node))?.name ?? node);
  const gone = before
    .filter(({ node }) => !is.has(node))
    .map((node): LabChange => {
      const atUs = forgottenUs.get(node.node);
      const what = atUs === undefined ? 'no report for weeks' : 'forgotten by an operator';
      return changeOf(node, 'gone', what, `last report ${ago(node.lastSeenUs, toUs)}`, atUs);
    });
  return [
    ...gone,
    ...now.flatMap((node) => {
      const old = was.get(node.node);
      const since = firstUs.get(node.node);
      if (old === undefined) {
        return [
          changeOf(node, 'new', 'first report', since === undefined ? '' : ago(since, toUs), since),
          ...silence(node, undefined, presence),
        ];
      }
      return [...silence(node, old, presence), ...move(node, old, named)];
    }),
  ];
}

function silence(
  node: KnownNode,
  old: KnownNode | undefined,
  { sinceUs, toUs, firstUs }: Presence,
): LabChange[] {
  const wasSilent = old !== undefined && isSilent(old.lastSeenUs, sinceUs);
  const nowSilent = isSilent(node.lastSeenUs, toUs);
  if (nowSilent && !(wasSilent && node.lastSeenUs < sinceUs)) {
    return [
      changeOf(node, 'silent', 'it does not report', `for ${length(node.lastSeenUs, toUs)}`, node.lastSeenUs),
    ];
  }
  if (!wasSilent || nowSilent) return [];
  const figure = `was silent for ${length(old.lastSeenUs, firstUs.get(node.node) ?? sinceUs)}`;
  return [changeOf(node, 'heard again', 'reports again', figure, firstUs.get(node.node))];
}

function move(node: KnownNode, old: KnownNode, named: (node: string | undefined) => string): LabChange[] {
  // What is not known at one end is no move.
  if (old.layer === undefined || node.layer === undefined) return [];
  if (old.parent !== node.parent) {
    return [changeOf(node, 'moved', 'runs on', `${named(old.parent)} → ${named(node.parent)}`)];
  }
  if (old.layer === node.layer) return [];
  return [changeOf(node, 'moved', 'layer', `${old.layer} → ${node.layer}`)];
}

export function changeOf(
  { node, name, layer }: Pick<KnownNode, 'node' | 'name' | 'layer'>,
  kind: LabChange['kind'],
  what: string,
  figure: string,
  atUs?: number,
): LabChange {
  return defined({ kind, node, name, layer, what, figure, atUs });
}

function length(fromUs: number, toUs: number): string {
  return formatDuration(Math.max(0, toUs - fromUs) / 1e6);
}

function ago(us: number, nowUs: number): string {
  return `${length(us, nowUs)} ago`;
}
