import type { JudgedLab, JudgedNode } from '../../analysis/judged-lab.ts';
import type { NodeEvent } from '../../read/node-state.ts';

/** Events of these kinds (numbers of event.proto) within the last `withinMs`, oldest first. */
export function recent(
  view: JudgedLab,
  node: JudgedNode,
  kinds: readonly number[],
  withinMs: number,
): NodeEvent[] {
  return (node.events ?? []).filter(
    (event) => kinds.includes(event.kind) && view.nowUs - event.timeUs <= withinMs * 1000,
  );
}
