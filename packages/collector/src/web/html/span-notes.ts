import { moment } from '../../analysis/compare/wording.ts';
import type { LabView } from '../view/view.ts';
import { type Html, html } from './html.ts';

/** Which time is shown, and what of it is not whole; nothing where it is the time up to now, and all is there. */
export function spanNotes(view: LabView, problems: readonly string[]): Html {
  const { fromUs, nowUs, isLive, thinned, nodes } = view;
  const notes = [
    !isLive && `The page shows the time from ${moment(fromUs)} to ${moment(nowUs)}.`,
    !isLive && nodes.length === 0 && 'No machine reported in this time.',
    thinned.untilUs !== undefined &&
      `Before ${moment(thinned.untilUs)} there are only thinned-out points, which hide short peaks.`,
    thinned.unreadable !== undefined && `Older points are missing: ${thinned.unreadable}.`,
  ].filter((note) => note !== false);
  return html`${problems.map((each) => html`<p class="problem" role="alert">${each}.</p>`)}${notes.map((each) => html`<p class="note">${each}</p>`)}`;
}
