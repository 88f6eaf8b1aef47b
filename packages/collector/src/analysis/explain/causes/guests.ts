import { count, nodeText } from '../../text.ts';
import { above } from '../cause.ts';

/** Other guests appeared beside it or beside one of its parents. */
export const guests = above((node) => {
  const before = node.before.guestsRunning;
  const since = node.since.guestsRunning;
  if (before === undefined || since === undefined || since <= before) return undefined;
  return {
    text: `${nodeText(node)} runs ${count(since, 'guest')} now; before it were ${before}.`,
    weight: 0.4,
  };
});
