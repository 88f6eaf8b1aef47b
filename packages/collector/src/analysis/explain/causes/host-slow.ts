import { formatFactor, significant } from '@nestwatch/common/quantities';
import { nodeText } from '../../text.ts';
import { type CauseFinder, share } from '../cause.ts';

/** When a parent slowed down as well, everything in it had to, and the slow node is not to blame for that part. */
export const hostSlow: CauseFinder = ({ slow, above, others, factor }) => {
  const highest = above.findLast((node) => share(node.selfSlowdown ?? 1, factor) >= 0.3);
  if (highest === undefined) return [];
  const slower = [...above, ...others].filter((node) => (node.selfSlowdown ?? 1) >= 1.15);
  const all = highest.layer === 0 ? 'The host itself is slow, and everything in it' : 'It began further up';
  const list = slower.map((node) => `${node.name} ${formatFactor(node.selfSlowdown ?? 1)}`).join(', ');
  return [
    {
      text: `${all}: ${nodeText(highest)} became ${significant(highest.selfSlowdown ?? 1)} times slower too (${list}), so this is not the fault of ${slow.name}.`,
      weight: share(highest.selfSlowdown ?? 1, factor),
    },
  ];
};
