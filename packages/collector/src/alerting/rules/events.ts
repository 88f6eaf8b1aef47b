import type { EventView, LabView, NodeView } from '../../read/lab-view.ts';

/** Events of these kinds (numbers of event.proto) within the last `withinMs`, oldest first. */
export function recent(
  view: LabView,
  node: NodeView,
  kinds: readonly number[],
  withinMs: number,
): EventView[] {
  return node.events.filter(
    (event) => kinds.includes(event.kind) && view.nowUs - event.timeUs <= withinMs * 1000,
  );
}
