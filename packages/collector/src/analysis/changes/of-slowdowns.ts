import { groupBy } from '@nestwatch/common/group-by';
import { formatFactor } from '@nestwatch/common/quantities';
import type { NewestSlowdown } from '../../read/newest-slowdowns.ts';
import type { KnownNode } from '../../read/nodes.ts';
import { streamKey } from '../../read/result.ts';
import { streamName } from '../judged-lab.ts';
import type { LabChange } from './changes.ts';
import { changeOf } from './of-nodes.ts';

/** Levels that differ by less are taken for one, as by the detector. */
const WORTH = 1.1;

interface Factor {
  readonly slowdown: NewestSlowdown;
  /** Times now over times before. */
  readonly factor: number;
}

/**
 * Who takes longer or less long than before: the newest three rounds at both ends, where that is more than three rounds
 * show by themselves. Against the parent where there is such a comparison, so that who became slower is who is named.
 */
export function changesOfSlowdowns(
  nodes: readonly KnownNode[],
  before: readonly NewestSlowdown[],
  now: readonly NewestSlowdown[],
): LabChange[] {
  const named = (node: string) => nodes.find((each) => each.node === node)?.name ?? node;
  const keyOf = (each: NewestSlowdown) => [each.node, streamKey(each), each.against].join('\0');
  const was = new Map(before.map((each) => [keyOf(each), each]));
  const byNode = groupBy(
    now.flatMap((each): Factor[] => factorOf(was.get(keyOf(each)), each)),
    ({ slowdown }) => slowdown.node,
  );
  return nodes.flatMap((node) => {
    const own = chosen(byNode.get(node.node) ?? []);
    return [
      ...most(
        node,
        'slower',
        own.filter(({ factor }) => factor > 1),
        named,
      ),
      ...most(
        node,
        'faster',
        own.filter(({ factor }) => factor < 1),
        named,
      ),
    ];
  });
}

function factorOf(was: NewestSlowdown | undefined, is: NewestSlowdown): Factor[] {
  const [old, now] = [levelOf(was), levelOf(is)];
  if (was === undefined || old === undefined || now === undefined || was.atUs === is.atUs) return [];
  const factor = now / old;
  const least = Math.max(WORTH, was.minimumDetectable ?? 1, is.minimumDetectable ?? 1);
  const isEnough = factor >= least || factor <= 1 / least;
  // Kept where it is not enough as well: the comparison with the parent decides, also when it says that nothing changed.
  return [{ slowdown: is, factor: isEnough ? factor : 1 }];
}

/** What the newest three rounds took, as multiples of the same reference at both ends. */
function levelOf(slowdown: NewestSlowdown | undefined): number | undefined {
  if (slowdown?.usual === undefined || slowdown.usual <= 0 || slowdown.ratio <= 0) return undefined;
  return slowdown.ratio * slowdown.usual;
}

/** Of each stream the comparison that says whose it is. */
function chosen(factors: readonly Factor[]): Factor[] {
  return [...groupBy(factors, ({ slowdown }) => streamKey(slowdown)).values()].flatMap((alike) => {
    const of = (against: string) => alike.find(({ slowdown }) => slowdown.against === against);
    return of('parent') ?? of('self') ?? [];
  });
}

function most(
  node: KnownNode,
  kind: 'slower' | 'faster',
  factors: readonly Factor[],
  named: (node: string) => string,
): LabChange[] {
  const size = ({ factor }: Factor) => Math.max(factor, 1 / factor);
  const [first, ...others] = [...factors].sort((a, b) => size(b) - size(a));
  if (first === undefined) return [];
  const against = first.slowdown.against === 'parent' ? ' against its parent' : '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const what = `${streamName(first.slowdown, named)}${against}${more}`;
  return [changeOf(node, kind, what, formatFactor(first.factor), first.slowdown.atUs)];
}
